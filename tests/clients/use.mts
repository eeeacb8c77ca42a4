// Fetches a well's days in each format by the generated types; each type that is written out here
// is one that the compiler has to agree with.
import createClient from "openapi-fetch";
import type { components, paths } from "./odm.d.mts";

declare const process: { argv: string[] };

const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });
const query = { well_id: 3001, division_id: 30 };
const well = { params: { query } };
const text = { ...well, parseAs: "text" } as const;
const bytes = { ...well, parseAs: "arrayBuffer" } as const;

function whole<T>(answer: { data?: T; error?: unknown }): T {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

const magic = (file: ArrayBuffer): string => new TextDecoder().decode(file.slice(0, 4));

const divisions = whole(await client.GET("/division-summary"));
const first = divisions[0]!;
const budget: number | null = first.Total_Budget;
const oil: number = first.Total_Oil_Produced;
// @ts-expect-error a budget may be missing
const spent: number = first.Total_Budget;

type Day = components["schemas"]["WellDay"];
const days: Day[] = whole(await client.GET("/well-summary-by-day", well));
const again: { date_value: string; oil_price: number | null }[] = whole(
  await client.GET("/well-summary-by-day.json", well),
);
// @ts-expect-error a well has to be named
client.GET("/well-list");

const csv: string = whole(await client.GET("/well-summary-by-day.csv", text));
const bare: string = whole(
  await client.GET("/well-summary-by-day.csv", {
    params: { query: { ...query, bom: false } },
    parseAs: "text",
  }),
);
const ndjson: string = whole(await client.GET("/well-summary-by-day.ndjson", text));
const parquet: ArrayBuffer = whole(await client.GET("/well-summary-by-day.parquet", bytes));
const arrow: ArrayBuffer = whole(await client.GET("/well-summary-by-day.arrow", bytes));
const feather: ArrayBuffer = whole(await client.GET("/well-summary-by-day.feather", bytes));

console.log(
  JSON.stringify({
    divisions: divisions.length,
    budget: typeof budget,
    oil: typeof oil,
    days: days.length,
    again: again.length,
    csv: csv.split("\r\n").length,
    bare: bare.slice(0, 8),
    ndjson: ndjson.split("\n").length,
    parquet: magic(parquet),
    arrow: magic(arrow),
    feather: magic(feather),
  }),
);
