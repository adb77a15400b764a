// Filters, the matrix, figures by type, curves and training; redrawn whenever the reader chooses.

// ---------------------------------------------------------------- filters

function drawFilters() {
  const chips = (name, title, all) =>
    h(
      "fieldset",
      {},
      h("legend", {}, title),
      h("button", { type: "button", "aria-pressed": String(!chosen[name].size), click: () => change(() => chosen[name].clear()) }, "all"),
      all.map((each) =>
        h("button", { type: "button", "aria-pressed": String(chosen[name].has(each)), "data-chip": each, click: () => change(() => chosen[name].delete(each) || chosen[name].add(each)) }, each),
      ),
    );
  const figures = [...Object.entries(report.scopes), ...types.map((type) => [type, `only ${type}`])];
  fill(
    "filters",
    chips("models", "Models", matrix.models),
    chips("tested", "Tested corpora", matrix.tested),
    h("div", {}, select("Types", figures, chosen.figure, (value) => change(() => (chosen.figure = value)))),
  );
}

/** Change the choices, draw everything again, and keep the keyboard focus. */
function change(what) {
  const part = document.activeElement?.closest(".part");
  const controls = () => [...part.querySelectorAll("button, select")];
  const place = part ? controls().indexOf(document.activeElement) : -1;
  what();
  history.replaceState(null, "", `#${written()}`);
  drawAll();
  if (place >= 0) controls()[place]?.focus({ preventScroll: true });
}

function written() {
  const parts = Object.entries(chosen).map(([name, value]) => [name, SETS.includes(name) ? [...value].join(",") : value]);
  return new URLSearchParams(parts.filter(([name, value]) => value && !(name === "figure" && value === matrix.shown))).toString();
}

function readAddress() {
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    const known = { models: matrix.models, tested: matrix.tested }[name];
    if (known) value.split(",").filter((each) => known.includes(each)).forEach((each) => chosen[name].add(each));
    else if (name === "figure" && (value in report.scopes || types.includes(value))) chosen.figure = value;
    else if ((name === "a" || name === "b") && matrix.models.includes(value)) chosen[name] = value;
  }
}

// ---------------------------------------------------------------- matrix

/** Counts and ratios of a cell over the chosen types; null where the cell has no figure. */
function figuresOf(model, name) {
  const cell = cells.get(key(model, name));
  if (!cell.comparable) return null;
  if (!isType()) return { ...cell[chosen.figure].micro, macro: cell[chosen.figure].macro.f1 };
  return cell.types[chosen.figure]?.known ? cell.types[chosen.figure] : null;
}

const intervalOf = (model, name, figure) => spread.get(key(model, name, chosen.figure, isType() && figure === "micro_f1" ? "f1" : figure));

function drawMatrix() {
  const [rows, columns] = [models(), tested()];
  const over = isType() ? `only ${chosen.figure}` : `over ${report.scopes[chosen.figure]}`;
  document.getElementById("matrix-title").textContent = `${isType() ? "" : "Micro "}F1 ${over}`;
  const best = Object.fromEntries(columns.map((name) => [name, clearBest(rows, name)]));
  const support = (name) => Math.max(0, ...matrix.models.map((model) => figuresOf(model, name)?.support ?? 0));
  const head = columns.map((name) =>
    h("th", { scope: "col" }, breakable(name), h("span", { class: "soft support" }, `${count(support(name))} gold`)),
  );
  const body = rows.map((model) =>
    h("tr", {}, h("th", { scope: "row" }, breakable(model)), columns.map((name) => cellOf(model, name, best[name]))),
  );
  const table = h("table", { class: "matrix" }, h("thead", {}, h("tr", {}, h("th", {}, "model"), head)), h("tbody", {}, body));
  table.addEventListener("keydown", (event) => walk(event, columns.length));
  table.querySelector("td")?.setAttribute("tabindex", "0");
  fill("matrix", h("div", { class: "wide" }, table));
  fill("detail", h("p", { class: "soft" }, "Point at a cell, tap it, or move to it with the arrow keys to see its details."));
}

/** The model that is better on a corpus than each other one that is shown, beyond chance. */
function clearBest(rows, name) {
  const found = rows.filter((model) => (figuresOf(model, name)?.f1 ?? null) !== null);
  if (isType() || found.length < 2) return null;
  const best = found.reduce((one, other) => (figuresOf(other, name).f1 > figuresOf(one, name).f1 ? other : one));
  const beats = (other) =>
    tables.significance.some((row) => row.tested === name && row.scope === chosen.figure && row.p_adjusted <= report.significant && [row.model_a, row.model_b].includes(best) && [row.model_a, row.model_b].includes(other));
  return found.every((model) => model === best || beats(model)) ? best : null;
}

function cellOf(model, name, best) {
  const found = figuresOf(model, name);
  const { mark } = cells.get(key(model, name));
  const show = () => drawDetail(model, name);
  const listen = { mouseenter: show, focus: show, click: (event) => event.currentTarget.focus(), tabindex: "-1", "data-model": model, "data-tested": name };
  if (!found || found.f1 === null) return h("td", { class: "none", ...listen }, found ? "–" : "n/a");
  const row = intervalOf(model, name, "micro_f1");
  return h(
    "td",
    { class: `f1${model === best ? " best" : ""}`, style: `--weight:${(0.6 * found.f1).toFixed(3)}`, ...listen },
    percent(found.f1),
    range(row) && h("span", { class: "small" }, range(row)),
    mark && h("span", { class: "small" }, mark),
  );
}

/** Move between cells with the arrow keys. */
function walk(event, width) {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -width, ArrowDown: width }[event.key];
  const all = [...event.currentTarget.querySelectorAll("td")];
  const target = all[all.indexOf(document.activeElement) + step];
  if (!step || !target) return;
  event.preventDefault();
  all.forEach((each) => each.setAttribute("tabindex", "-1"));
  target.setAttribute("tabindex", "0");
  target.focus();
}

function drawDetail(model, name) {
  const cell = cells.get(key(model, name));
  const found = figuresOf(model, name);
  const title = h("h3", {}, `${model} on ${name}`);
  if (!found) return fill("detail", title, h("p", {}, cell.comparable ? `${model} does not know ${chosen.figure}, or ${name} has none.` : cell.why_no_figure));
  const figure = (label, value, row) => h("div", {}, h("dt", {}, label), h("dd", {}, percent(value), range(row) && h("span", { class: "soft" }, ` ${range(row)}`)));
  const seeds = tables.seeds.find((row) => row.models.includes(model) && row.tested === name && (row.type ?? row.scope) === chosen.figure && ["micro_f1", "f1"].includes(row.figure));
  const row = intervalOf(model, name, "micro_f1");
  fill(
    "detail",
    title,
    h(
      "dl",
      {},
      figure("F1", found.f1, row),
      figure("precision", found.precision, intervalOf(model, name, "precision")),
      figure("recall", found.recall, intervalOf(model, name, "recall")),
      !isType() && figure("macro F1", found.macro, intervalOf(model, name, "macro_f1")),
    ),
    h("p", {}, `${count(found.tp)} right, ${count(found.fp)} wrong, ${count(found.fn)} missed of ${count(found.support)} gold mentions${found.inexpressible ? ` (${count(found.inexpressible)} that no words within a sentence equal)` : ""}${row ? `; documents: ${count(row.documents)}` : ""}.`),
    seeds && h("p", {}, `${seeds.n} seeds: mean ${percent(seeds.mean)}, standard deviation ${percent(seeds.sd)}, from ${percent(seeds.min)} to ${percent(seeds.max)}.`),
    cell.mark && h("p", {}, `${cell.mark}: ${report.leakNote}`),
  );
}

// ---------------------------------------------------------------- figures by corpus and type

function drawFigures() {
  const sections = tested().map((name) => {
    const rows = models()
      .map((model) => cells.get(key(model, name)))
      .filter((cell) => cell.comparable)
      .flatMap((cell) => [
        ...(isType() ? [] : [{ model: cell.model, type: "all", interval: intervalOf(cell.model, name, "micro_f1"), ...cell[chosen.figure].micro }]),
        ...Object.entries(cell.types)
          .filter(([type, score]) => score.known && (!isType() || type === chosen.figure))
          .map(([type, score]) => ({ model: cell.model, type, interval: spread.get(key(cell.model, name, type, "f1")), ...score })),
      ]);
    rows.sort((a, b) => (b.type === "all") - (a.type === "all") || (a.type < b.type ? -1 : a.type > b.type ? 1 : 0));
    const columns = [
      ["type", (row) => row.type, "row"],
      ["model", (row) => row.model],
      ["P", (row) => percent(row.precision), "n"],
      ["R", (row) => percent(row.recall), "n"],
      ["F1", (row) => percent(row.f1), "n"],
      ["interval", (row) => range(row.interval), "n"],
      ["right", (row) => count(row.tp), "n"],
      ["wrong", (row) => count(row.fp), "n"],
      ["missed", (row) => count(row.fn), "n"],
      ["gold", (row) => count(row.support), "n"],
      ["not expressible", (row) => count(row.inexpressible), "n"],
    ];
    const table = rows.length ? grid("", columns, rows) : h("p", { class: "soft" }, "No chosen model knows any of the chosen types.");
    return h("details", { open: tested().length === 1 }, h("summary", {}, name), table);
  });
  fill("figures-by-type", sections);
}

// ---------------------------------------------------------------- curves

const lineOf = (i) => ({ colour: report.colours[i % report.colours.length], dash: ["", "6 3", "2 2"][Math.floor(i / report.colours.length) % 3] });

function drawCurves() {
  const name = tested().includes(chosen.corpus) ? chosen.corpus : tested()[0];
  const other = Object.keys(report.scopes).find((scope) => scope !== chosen.figure);
  const fitting = (row) => row.tested === name && models().includes(row.model) && (row.type ?? row.scope) !== other && (!isType() || row.type === chosen.figure);
  const curves = tables.curves.filter(fitting);
  const bins = tables.calibration.filter(fitting);
  const title = (type) => type ?? "all types";
  const byModel = (rows, draw) => groups(rows, "model").map((own) => ({ name: own[0].model, ...lineOf(matrix.models.indexOf(own[0].model)), points: own.map(draw) }));
  const charts = groups(curves, "type").flatMap((own) => {
    const type = own[0].type;
    const reliable = bins.filter((row) => row.type === type);
    return [
      chart({
        title: `${title(type)}: precision against recall`,
        x: { label: "recall", low: 0, high: 1 },
        y: { label: "precision", low: 0, high: 1 },
        series: byModel(own, (row) => [row.recall, row.precision, `score ≥ ${row.threshold.toFixed(2)}`]),
      }),
      chart({
        title: `${title(type)}: reliability`,
        // Our decoder gives no lower scores; other tools may.
        x: { label: "mean score", low: Math.min(0.5, ...reliable.map((row) => row.score)), high: 1 },
        y: { label: "share right", low: 0, high: 1 },
        diagonal: true,
        dots: true,
        series: byModel(reliable, (row) => [row.score, row.precision, `${row.model}: ${count(row.predictions)} mentions, ${percent(row.precision)} % right`]),
      }),
    ];
  });
  const shown = [...new Set(curves.map((row) => row.model))];
  const legend = h("p", { class: "legend" }, shown.map((model) => {
    const { colour, dash } = lineOf(matrix.models.indexOf(model));
    return h("span", {}, svg("svg", { viewBox: "0 0 24 8", class: "key" }, svg("path", { d: "M0 4H24", stroke: colour, "stroke-dasharray": dash || "none", class: "line" })), model);
  }));
  const errorOf = new Map(tables.calibration_error.filter(fitting).map((row) => [key(row.model, row.type ?? ""), row]));
  const summary = tables.average_precision.filter(fitting).map((row) => ({ ...row, ...errorOf.get(key(row.model, row.type ?? "")) }));
  const tuned = tables.thresholds_effect.filter((row) => within({ ...row, type: chosen.figure }) && row.scope === (isType() ? matrix.shown : chosen.figure));
  fill(
    "curves",
    h("div", { class: "choose" }, select("Corpus", tested().map((each) => [each]), name, (value) => change(() => (chosen.corpus = value)))),
    charts.length ? [legend, h("div", { class: "charts" }, charts)] : h("p", { class: "soft" }, "No chosen model predicted any of the chosen types here."),
    summary.length > 0 &&
      h("details", {}, h("summary", {}, "Average precision and calibration error"), grid("", [
        ["type", (row) => title(row.type), "row"],
        ["model", (row) => row.model],
        ["average precision", (row) => percent(row.average_precision), "n"],
        ["up to recall", (row) => percent(row.recall), "n"],
        ["calibration error", (row) => percent(row.ece), "n"],
        ["predictions", (row) => count(row.predictions), "n"],
      ], summary)),
    tuned.length > 0 &&
      h("details", {}, h("summary", {}, "What thresholds tuned on dev change"), grid("", [
        ["corpus", (row) => row.tested, "row"],
        ["model", (row) => row.model],
        ["figure", (row) => row.figure.replace("_f1", " F1")],
        ["before", (row) => percent(row.before), "n"],
        ["after", (row) => percent(row.after), "n"],
      ], tuned)),
  );
}

function drawTraining() {
  const scored = models().filter((model) => Object.keys(report.training[model]?.scores ?? {}).length);
  const charts = scored.map((model) => {
    const { epoch, scores } = report.training[model];
    const series = Object.entries(scores).map(([name, values], i) => ({ name, ...lineOf(i), points: values.map((value, j) => [epoch[j], value, `epoch ${epoch[j]}: ${value}`]).filter((point) => point[1] !== null) }));
    const figure = chart({
      title: model,
      x: { label: "epoch", low: epoch[0], high: epoch.at(-1) },
      y: { label: "dev micro F1 (%)", low: 0, high: 100 },
      series,
      dots: epoch.length < 12,
    });
    figure.append(h("p", { class: "legend" }, series.map(({ name, colour, dash }) => h("span", {}, svg("svg", { viewBox: "0 0 24 8", class: "key" }, svg("path", { d: "M0 4H24", stroke: colour, "stroke-dasharray": dash || "none", class: "line" })), name))));
    return figure;
  });
  const recalls = scored.filter((model) => Object.keys(report.training[model].recall).length).map(recallTable);
  fill("training", charts.length ? [h("div", { class: "charts" }, charts), ...recalls] : h("p", { class: "soft" }, "The chosen models have no dev scores."));
}

/** Dev recall of each type after each epoch, folded: a type that stays near 0 is hardly learned. */
function recallTable(model) {
  const { epoch, recall } = report.training[model];
  return h("details", {},
    h("summary", {}, `${model}: dev recall (%) of each type, by epoch`),
    h("table", {},
      h("thead", {}, h("tr", {}, h("th", {}, "source.type"), epoch.map((number) => h("th", {}, number)))),
      h("tbody", {}, Object.entries(recall).map(([name, values]) => h("tr", {}, h("th", { scope: "row" }, name), values.map((value) => h("td", {}, value.toFixed(1)))))),
    ),
  );
}
