// Reads [name, text] pairs of PL/SQL as JSON, and writes the faults that the grammar finds in each.
// The grammar is ANTLR's, which the package ts-plsql-parser has for JavaScript.
import { readFileSync } from "node:fs";

import { PlSqlLexer, PlSqlParser } from "@griffithswaite/ts-plsql-parser";
import antlr4 from "antlr4";

/** What the grammar has against a text, a line for each fault. */
function faults(text) {
  const found = [];
  const listener = new antlr4.error.ErrorListener();
  listener.syntaxError = (_recognizer, _symbol, line, _column, message) =>
    found.push(`line ${line}: ${message}`);
  const lexer = new PlSqlLexer(new antlr4.CharStream(text));
  const parser = new PlSqlParser(new antlr4.CommonTokenStream(lexer));
  for (const part of [lexer, parser]) {
    part.removeErrorListeners();
    part.addErrorListener(listener);
  }
  parser.sql_script();
  return found;
}

const texts = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(texts.map(([name, text]) => [name, faults(text)])));
