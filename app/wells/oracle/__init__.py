"""Oracle Database: `Get_ODM_Data_Pkg` called through python-oracledb."""
