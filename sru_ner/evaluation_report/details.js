// Details: errors in their sentences, strings with the most errors, two models side by side, gaps.

const SIDES = { fp: "wrong", fn: "missed", unjudged: "unjudged" };

for (const quote of quotes) {
  quote.mentions = quote.mentions.map(([start, end, type, flags, ...scored]) => {
    const scores = new Map();
    for (let i = 0; i < scored.length; i += 2) scores.set(matrix.models[scored[i]], scored[i + 1] === null ? null : scored[i + 1] / 100);
    return { start, end, type: report.types[type], gold: Boolean(flags & 1), judged: Boolean(flags & 2), scores };
  });
}

/** Text after a type: its score, if the tool gives one, and “?” if the corpus never annotated the type. */
const suffix = (score, judged) => `${score === null ? "" : ` ${score.toFixed(2)}`}${judged ? "" : " ?"}`;

/** The mentions of a quote as one model sees them, ready to be drawn. */
function mentionsOf(quote, model, about) {
  return quote.mentions.flatMap(({ start, end, type, gold, judged, scores }) => {
    const score = scores.get(model);
    const found = score !== undefined;
    const lit = Boolean(about && about.start === start && about.end === end && about.type === type);
    const mention = { start, end, colour: typeColours.get(type), lit };
    return [
      gold && { ...mention, label: type, above: false, dashed: !found },
      found && { ...mention, label: `${type}${suffix(score, judged)}`, above: true, dashed: !gold },
    ].filter(Boolean);
  });
}

const lettersOf = (quote, start, end) => [...quote.text].slice(start, end).join("");
const source = (quote) => h("span", { class: "soft" }, ` ${quote.tested}, document ${quote.document}`);

/** One error in its sentence. */
function drawExample(row) {
  const quote = quotes[row.quote];
  const other = row.other_start === null ? "" : `; the other side has “${lettersOf(quote, row.other_start, row.other_end)}” (${row.other_type})`;
  return h(
    "article",
    {},
    h("p", {}, h("strong", {}, `${SIDES[row.side]}: `), `“${lettersOf(quote, row.start, row.end)}” as ${row.type} – ${report.errors[row.error]}${other}.`, h("span", { class: "soft" }, ` ${row.model};`), source(quote)),
    drawSpans(quote.text, mentionsOf(quote, row.model, row)),
  );
}

// ---------------------------------------------------------------- errors

const errorColours = report.errorColours;

function drawErrors() {
  const counted = tables.errors.filter((row) => within(row) && row.side !== "unjudged");
  const all = sum(counted, "mentions");
  const classes = Object.keys(report.errors).filter((error) => counted.some((row) => row.error === error));
  if (!classes.includes(chosen.error)) chosen.error = "";
  const of = (error, side) => sum(counted.filter((row) => row.error === error && row.side === side), "mentions");
  const most = Math.max(1, ...classes.map((error) => of(error, "fp") + of(error, "fn")));
  const pick = (error) => h("button", { type: "button", class: "plain", "aria-pressed": String(chosen.error === error), "data-error": error, click: () => change(() => (chosen.error = chosen.error === error ? "" : error)) }, error.replaceAll("_", " "));
  const described = (error) => [pick(error), h("span", { class: "soft note" }, report.errors[error])];
  const bar = (error) => h("span", { class: "barline", style: `width:${(100 * (of(error, "fp") + of(error, "fn"))) / most}%;background:${errorColours[error]}` });
  const table = grid("Errors by class", [
    ["class", described, "row"],
    ["wrong", (error) => count(of(error, "fp")), "n"],
    ["missed", (error) => count(of(error, "fn")), "n"],
    ["share", (error) => `${percent((of(error, "fp") + of(error, "fn")) / all)} %`, "n"],
    ["", bar, "bars"],
  ], classes);
  const fitting = tables.examples.filter((row) => within(row) && row.side !== "unjudged" && (!chosen.error || row.error === chosen.error));
  const total = sum(counted.filter((row) => !chosen.error || row.error === chosen.error), "mentions");
  fill(
    "errors",
    h("p", { class: "soft" }, `Errors of models that know any type of the corpus: ${count(all)}. Choose a class to see only its examples.`),
    classes.length > 0 && table,
    h("details", {}, h("summary", {}, "By model and corpus"), drawStacks(counted)),
    h("h3", {}, chosen.error ? `Examples: ${chosen.error.replaceAll("_", " ")}` : "Examples"),
    h("p", { class: "soft" }, `${count(fitting.length)} of ${count(total)} are on this page${fitting.length < total ? `: at most ${report.perStratum} for each model, corpus, type, side and class` : ""}.`),
    paged(fitting, drawExample, { size: 6, none: "There are no such errors." }),
  );
}

/** One bar for each model and corpus, cut into classes. */
function drawStacks(counted) {
  const stacks = groups(counted, "model", "tested").map((rows) => ({ rows, total: sum(rows, "mentions") }));
  const longest = Math.max(1, ...stacks.map(({ total }) => total));
  return grid("", [
    ["model", ({ rows }) => rows[0].model, "row"],
    ["corpus", ({ rows }) => rows[0].tested],
    ["errors", ({ total }) => count(total), "n"],
    ["", ({ rows, total }) => h("span", { class: "stack", style: `width:${(100 * total) / longest}%` }, groups(rows, "error").map((own) => h("span", { style: `flex:${sum(own, "mentions")};background:${errorColours[own[0].error]}`, title: `${own[0].error.replaceAll("_", " ")}: ${count(sum(own, "mentions"))}` }))), "bars"],
  ], stacks);
}

function drawStrings() {
  const rows = tables.strings.filter(within).sort((a, b) => b.fp + b.fn - a.fp - a.fn);
  const columns = [
    ["string", (row) => row.text, "row"],
    ["type", (row) => row.type],
    ["model", (row) => row.model],
    ["corpus", (row) => row.tested],
    ["wrong", (row) => count(row.fp), "n"],
    ["missed", (row) => count(row.fn), "n"],
    ["share of errors", (row) => `${percent(row.share)} %`, "n"],
    ["F1 without", (row) => percent(row.f1_without), "n"],
  ];
  fill("strings", paged(groups(rows.map((row, i) => ({ ...row, page: Math.floor(i / 15) })), "page"), (page) => grid("", columns, page), { size: 1, none: "There are no such errors." }));
}

// ---------------------------------------------------------------- two models

/** A row about two models, turned round if the reader chose them in the other order. */
const turned = (row, opposite) => (row.model_a === chosen.a ? row : { ...row, ...opposite(row) });
const meanF1 = (model) => sum(matrix.tested.map((name) => ({ f1: figuresOf(model, name)?.f1 ?? 0 })), "f1");

/** Choose a model for one side; if it is on the other side, the two models change places. */
function put(side, other, model) {
  if (chosen[other] === model) chosen[other] = chosen[side];
  chosen[side] = model;
}

const ofBoth = (row) => (row.model_a === chosen.a && row.model_b === chosen.b) || (row.model_a === chosen.b && row.model_b === chosen.a);

function drawComparison() {
  if (matrix.models.length < 2) return fill("comparison", h("p", { class: "soft" }, "There is only one model."));
  const [first, second] = [...matrix.models].sort((one, other) => meanF1(other) - meanF1(one));
  if (!chosen.a) chosen.a = chosen.b === first ? second : first;
  if (!chosen.b) chosen.b = chosen.a === first ? second : first;
  const scope = isType() ? "inventory" : chosen.figure;
  const tests = new Map(tables.significance.filter((row) => ofBoth(row) && row.scope === scope).map((row) => [row.tested, turned(row, ({ difference, low, high }) => ({ difference: -difference, low: low === null ? null : -high, high: high === null ? null : -low }))]));
  const changes = tables.differences.filter((row) => ofBoth(row) && (!isType() || row.type === chosen.figure)).map((row) => turned(row, ({ gained, lost }) => ({ gained: lost, lost: gained })));
  const rows = tested().map((name) => {
    const [gold, other] = [true, false].map((flag) => changes.filter((row) => row.tested === name && row.gold === flag));
    return { name, test: tests.get(name), onlyA: sum(gold, "gained"), onlyB: sum(gold, "lost"), both: sum(gold, "both_right"), neither: sum(gold, "both_wrong"), wrongA: sum(other, "lost"), wrongB: sum(other, "gained") };
  });
  const options = matrix.models.map((model) => [model]);
  const examples = differences();
  const [found, wrong] = [true, false].map((flag) => examples.filter(({ gold }) => gold === flag));
  const some = (own, all, none) => [
    h("p", { class: "soft" }, `${count(own.length)} of ${count(all)} are in the sentences on this page.`),
    paged(own, drawDifference, { size: 4, none }),
  ];
  fill(
    "comparison",
    h("div", { class: "choose" }, select("Model A", options, chosen.a, (value) => change(() => put("a", "b", value))), select("Model B", options, chosen.b, (value) => change(() => put("b", "a", value)))),
    h("p", { class: "soft" }, `Differences of F1 are over ${report.scopes[scope]}.`),
    grid(`${chosen.a} and ${chosen.b}`, [
      ["corpus", (row) => row.name, "row"],
      ["F1 of A", (row) => percent(figuresOf(chosen.a, row.name)?.f1), "n"],
      ["F1 of B", (row) => percent(figuresOf(chosen.b, row.name)?.f1), "n"],
      ["A − B", (row) => (row.test ? signed(row.test.difference) : "–"), "n"],
      ["interval", (row) => (row.test && row.test.low !== null ? `${signed(row.test.low)} to ${signed(row.test.high)}` : ""), "n"],
      ["p", (row) => (row.test ? chance(row.test.p) : "–"), "n"],
      ["p, corrected", (row) => (row.test ? h(row.test.p_adjusted <= report.significant ? "strong" : "span", {}, chance(row.test.p_adjusted)) : "–"), "n"],
      ["found by A only", (row) => count(row.onlyA), "n"],
      ["by B only", (row) => count(row.onlyB), "n"],
      ["by both", (row) => count(row.both), "n"],
      ["by neither", (row) => count(row.neither), "n"],
      ["wrong in A only", (row) => count(row.wrongA), "n"],
      ["in B only", (row) => count(row.wrongB), "n"],
    ], rows),
    h("h3", {}, "Gold mentions that only one of them finds"),
    some(found, sum(rows, "onlyA") + sum(rows, "onlyB"), "They differ in none of the sentences on this page."),
    h("h3", {}, "Wrong predictions that only one of them makes"),
    some(wrong, sum(rows, "wrongA") + sum(rows, "wrongB"), "They differ in none of the sentences on this page."),
  );
}

/** Mentions in the page's sentences, gold or wrong, that one of the two models finds and the other does not. */
function differences() {
  const scored = ({ unscored }) => !unscored.includes(chosen.a) && !unscored.includes(chosen.b);
  return quotes.filter((quote) => tested().includes(quote.tested) && scored(quote)).flatMap((quote) =>
    quote.mentions.flatMap(({ start, end, type, gold, judged, scores }) => {
      const [inA, inB] = [scores.has(chosen.a), scores.has(chosen.b)];
      const counts = judged && inA !== inB && (!isType() || type === chosen.figure);
      return counts ? [{ quote, start, end, type, gold, finder: inA ? chosen.a : chosen.b }] : [];
    }),
  );
}

function drawDifference({ quote, start, end, type, gold, finder }) {
  return h(
    "article",
    {},
    h("p", {}, h("strong", {}, finder === chosen.a ? "A: " : "B: "), `“${lettersOf(quote, start, end)}” as ${type}, ${gold ? "found" : "predicted wrongly"} by ${finder} only.`, source(quote)),
    [chosen.a, chosen.b].map((model) => [h("p", { class: "soft who" }, model), drawSpans(quote.text, mentionsOf(quote, model, { start, end, type }))]),
  );
}

// ---------------------------------------------------------------- annotation gaps

function drawGaps() {
  const rows = tables.gaps.filter(within);
  const strings = new Map(groups(tables.gap_strings, "model", "tested", "type").map((own) => [key(own[0].model, own[0].tested, own[0].type), own]));
  const round = (number) => (number === null ? "–" : count(Math.round(number)));
  const columns = [
    ["corpus", (row) => row.tested, "row"],
    ["type", (row) => row.type],
    ["model", (row) => row.model],
    ["gaps", (row) => count(row.gaps), "n"],
    ["marked as another type", (row) => count(row.marked_otherwise), "n"],
    ["per 1,000 words", (row) => row.per_1000_words?.toFixed(2) ?? "–", "n"],
    ["precision", (row) => percent(row.precision), "n"],
    ["measured on", (row) => row.measured_on || "nothing"],
    ["estimate", (row) => round(row.estimate), "n"],
    ["interval", (row) => (row.estimate === null ? "" : `${round(row.estimate_low)}–${round(row.estimate_high)}`), "n"],
    ["most frequent", (row) => (strings.get(key(row.model, row.tested, row.type)) ?? []).map(({ text, gaps }) => `${text} (${gaps})`).join(", ")],
  ];
  const examples = tables.gap_examples.filter(within);
  const draw = (row) => {
    const quote = quotes[row.quote];
    const what = `“${lettersOf(quote, row.start, row.end)}” as ${row.type}, score ${row.score.toFixed(2)}.`;
    return h("article", {}, h("p", {}, what, h("span", { class: "soft" }, ` ${row.model};`), source(quote)), drawSpans(quote.text, mentionsOf(quote, row.model, row)));
  };
  if (!rows.length) return fill("gaps", h("p", { class: "soft" }, "No chosen model predicts with confidence a type that the chosen corpora never annotated."));
  fill(
    "gaps",
    paged(groups(rows.map((row, i) => ({ ...row, page: Math.floor(i / 15) })), "page"), (page) => grid("", columns, page), { size: 1 }),
    h("h3", {}, "Examples"),
    h("p", { class: "soft" }, `${count(examples.length)} of ${count(sum(rows, "gaps"))}, drawn at random.`),
    paged(examples, draw, { size: 6, none: "None of them is in a sentence." }),
  );
}

// ---------------------------------------------------------------- all of it

function drawAll() {
  for (const draw of [drawFilters, drawMatrix, drawFigures, drawCurves, drawErrors, drawStrings, drawComparison, drawGaps, drawTraining]) draw();
}

readAddress();
drawAll();
