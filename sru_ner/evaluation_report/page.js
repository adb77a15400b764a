// Data, state and building blocks of the page.

const report = JSON.parse(document.getElementById("figures").textContent);

/** Columns of a table, in which strings may be {values, codes}, as an array of rows. */
function rowsOf(table) {
  const columns = Object.entries(table).map(([name, column]) => [
    name,
    column.codes ? column.codes.map((code) => (code === null ? null : column.values[code])) : column,
  ]);
  const rows = (columns[0]?.[1] ?? []).map((_, i) => Object.fromEntries(columns.map(([name, column]) => [name, column[i]])));
  return rows;
}

const tables = Object.fromEntries(Object.entries(report.tables).map(([name, table]) => [name, rowsOf(table)]));
const { matrix, quotes } = report;
const cells = new Map(matrix.cells.map((cell) => [key(cell.model, cell.tested), cell]));
const spread = new Map();
for (const row of tables.intervals) spread.set(key(row.model, row.tested, row.type ?? row.scope, row.figure), row);
const types = [...new Set(matrix.cells.flatMap((cell) => Object.keys(cell.types)))].sort();
const typeColours = new Map(report.types.map((type, i) => [type, report.colours[i % report.colours.length]]));

// The reader's choices, which are kept in the page's address.
const chosen = { models: new Set(), tested: new Set(), figure: matrix.shown, a: "", b: "", corpus: "", error: "", of: "", at: "" };
const SETS = ["models", "tested"];
const PAPER = 10; // printed pages of a list

// ---------------------------------------------------------------- small helpers

function key(...parts) {
  return parts.join("\n");
}

/** Make an element; attributes that are functions become listeners, other children become text. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false).map((c) => (c instanceof Node ? c : String(c))));
  return element;
}

const percent = (share) => (share === null || share === undefined ? "–" : (100 * share).toFixed(1));
const count = (number) => Number(number).toLocaleString("en");
const signed = (share) => (share > 0 ? "+" : "") + percent(share).replace("-", "−");
const chance = (p) => (p < 0.001 ? "< 0.001" : p.toFixed(3));
const range = (row) => (row && row.low !== null && row.low !== undefined ? `${percent(row.low)}–${percent(row.high)}` : "");
const models = () => matrix.models.filter((model) => !chosen.models.size || chosen.models.has(model));
const tested = () => matrix.tested.filter((name) => !chosen.tested.size || chosen.tested.has(name));
const isType = () => !(chosen.figure in report.scopes);
const within = (row) =>
  (!chosen.models.size || chosen.models.has(row.model)) &&
  (!chosen.tested.size || chosen.tested.has(row.tested)) &&
  (!isType() || row.type === chosen.figure);

function sum(rows, column) {
  return rows.reduce((total, row) => total + row[column], 0);
}

function groups(rows, ...names) {
  const found = new Map();
  for (const row of rows) {
    const name = key(...names.map((each) => row[each]));
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(row);
  }
  return [...found.values()];
}

/** A name in which a line can break after each underscore. */
const breakable = (name) => name.split("_").flatMap((part, i) => (i ? ["_", h("wbr"), part] : [part]));

/** Make a table; a column is [title, function of a row, "n" for numbers or "row" for the row's header]. */
function grid(caption, columns, rows) {
  const cell = (row) => ([, value, kind]) =>
    kind === "row" ? h("th", { scope: "row" }, value(row)) : h("td", { class: kind }, value(row));
  return h(
    "div",
    { class: "wide" },
    h(
      "table",
      { "aria-label": caption || null },
      h("thead", {}, h("tr", {}, columns.map(([title, , kind]) => h("th", { class: kind === "n" ? "n" : null, scope: "col" }, title)))),
      h("tbody", {}, rows.map((row) => h("tr", {}, columns.map(cell(row))))),
    ),
  );
}

/** Make a list that shows some items at a time; on paper it shows the first of them. */
function paged(items, draw, { size = 8, none }) {
  if (!items.length) return h("p", { class: "soft" }, none);
  const list = h("div", { class: "list" });
  const place = h("span", { "aria-live": "polite" });
  let first = 0;
  const turn = (step) => {
    first = Math.min(Math.max(0, first + step), Math.floor((items.length - 1) / size) * size);
    list.replaceChildren(...items.slice(first, first + size).map(draw));
    place.textContent = `${first + 1}–${Math.min(first + size, items.length)} of ${count(items.length)}`;
    [back.disabled, on.disabled] = [first === 0, first + size >= items.length];
  };
  const most = PAPER * size;
  const print = () => list.replaceChildren(...items.slice(0, most).map(draw));
  const back = h("button", { type: "button", click: () => turn(-size) }, "‹ back");
  const on = h("button", { type: "button", click: () => turn(size) }, "next ›");
  turn(0);
  return h(
    "div",
    { class: "paged", beforeprint: print, afterprint: () => turn(0) },
    items.length > size && h("div", { class: "turn" }, back, place, on),
    items.length > most && h("p", { class: "paper soft" }, `Printed: the first ${count(most)} of ${count(items.length)}${size > 1 ? "" : " tables"}. The page has all.`),
    list,
  );
}

for (const name of ["beforeprint", "afterprint"])
  addEventListener(name, () => document.querySelectorAll(".paged").forEach((list) => list.dispatchEvent(new Event(name))));

function select(label, options, value, choose) {
  const box = h("select", { change: (event) => choose(event.target.value) }, options.map(([name, text]) => h("option", { value: name, selected: name === value }, text ?? name)));
  return h("label", {}, label, " ", box);
}

function fill(id, ...content) {
  document.getElementById(id).replaceChildren(...content.flat(3).filter(Boolean));
}
