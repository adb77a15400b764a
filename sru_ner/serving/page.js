"use strict";
const byId = (id) => document.getElementById(id);
const facts = JSON.parse(byId("facts").textContent);
const hidden = new Set(); // types that the reader has hidden, for all texts
let answers = []; // [{model, text, spans}], one or two
let example = 0;
let drawing = 0; // number of the latest drawing: an older one that arrives later is ignored

const post = async (path, content) => {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(content) });
  if (!response.ok) {
    const answer = await response.json().catch(() => ({}));
    throw new Error(answer.detail || `The server answers with status ${response.status}.`);
  }
  return response;
};

const showProblem = (problem) => {
  byId("problem").textContent = problem;
  byId("problem").hidden = !problem;
};

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

const key = (span) => `${span.start} ${span.end} ${span.type}`;

const annotate = async (event) => {
  event.preventDefault();
  const text = byId("text").value;
  const models = [byId("model").value, byId("other")?.value].filter(Boolean);
  byId("annotate").disabled = true;
  showProblem("");
  try {
    answers = await Promise.all(
      [...new Set(models)].map(async (model) => {
        const answer = await (await post("annotate", { texts: [text], model })).json();
        return { model, text, spans: answer.spans[0] };
      }),
    );
    listTypes();
    await draw();
  } catch (error) {
    showProblem(error.message);
  } finally {
    byId("annotate").disabled = false;
  }
};

const listTypes = () => {
  const found = new Set(answers.flatMap(({ spans }) => spans.map((span) => span.type)));
  const boxes = [...found].sort().map((type) => {
    const counts = answers.map(({ spans }) => spans.filter((span) => span.type === type).length);
    const box = element("input", { type: "checkbox", checked: !hidden.has(type), value: type });
    box.addEventListener("change", () => {
      box.checked ? hidden.delete(type) : hidden.add(type);
      draw();
    });
    const swatch = element("span", { className: "swatch" });
    swatch.style.setProperty("--paint", facts.colours[type]);
    return element("label", {}, box, swatch, `${type} (${counts.join(" and ")})`);
  });
  byId("types").replaceChildren(...boxes);
  byId("filters").hidden = false;
  byId("only").parentElement.hidden = answers.length < 2;
};

// The spans that pass the filters. `only` marks those that the other model does not have.
const filtered = () => {
  const lowest = Number(byId("threshold").value);
  const kept = answers.map(({ spans }) =>
    spans.filter((span) => span.score >= lowest && !hidden.has(span.type)),
  );
  const keys = kept.map((spans) => new Set(spans.map(key)));
  return kept.map((spans, i) => {
    const marked = spans.map((span) => ({
      ...span,
      only: answers.length > 1 && !keys[1 - i].has(key(span)),
    }));
    return answers.length > 1 && byId("only").checked ? marked.filter((s) => s.only) : marked;
  });
};

const draw = async () => {
  const number = ++drawing;
  byId("lowest").textContent = Number(byId("threshold").value).toFixed(2);
  const all = filtered();
  try {
    const pictures = await Promise.all(
      answers.map(async ({ text }, i) => {
        const spans = all[i].map(({ start, end, type }) => ({ start, end, type }));
        return (await post("draw", { text, spans })).text();
      }),
    );
    if (number !== drawing) return;
    byId("results").replaceChildren(
      ...answers.map((answer, i) => section(answer, all[i], pictures[i])),
    );
    offer(all);
    byId("shown").textContent = answers
      .map(({ spans }, i) => `${all[i].length} of ${counted(spans.length, "mention")}`)
      .join(" and ");
  } catch (error) {
    showProblem(error.message);
  }
};

// What is shown, for the reader's own files: offsets count code points.
const offer = (all) => {
  const found = answers.map(({ model, text }, i) => ({ model, text, spans: all[i].map(({ only, ...span }) => span) }));
  const json = JSON.stringify(answers.length > 1 ? found : found[0], null, 2);
  const cell = (value) => `"${String(value).replaceAll('"', '""')}"`;
  const columns = ["model", "start", "end", "text", "type", "score"];
  const rows = found.flatMap(({ model, spans }) => spans.map((span) => ({ model, ...span })));
  const csv = [columns, ...rows.map((row) => columns.map((name) => row[name]))].map((row) => row.map(cell).join(",")).join("\r\n");
  for (const [id, content, type] of [["json", json, "application/json"], ["csv", `${csv}\r\n`, "text/csv"]]) {
    URL.revokeObjectURL(byId(id).href);
    byId(id).href = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  }
  byId("copy").onclick = async () => {
    try {
      await navigator.clipboard.writeText(json);
      byId("copied").textContent = "Copied.";
    } catch {
      byId("copied").textContent = "The browser does not let this page copy. Download the file instead.";
    }
  };
  byId("copied").textContent = "";
  byId("take").hidden = false;
};

const section = ({ model }, spans, picture) => {
  const drawn = element("div", { className: "drawn", innerHTML: picture });
  const rows = spans.map((span) =>
    element(
      "tr",
      { className: span.only ? "only" : "" },
      element("td", { className: "quote", textContent: span.text }),
      element("td", { textContent: span.type }),
      element("td", { className: "n", textContent: span.score.toFixed(3) }),
      element("td", { className: "n", textContent: `${span.start}–${span.end}` }),
      element("td", { textContent: span.labels.join(", ") }),
    ),
  );
  const names = ["Mention", "Type", "Score", "Offsets", "Labels of the model"];
  const head = element("tr", {}, ...names.map((name) => element("th", { scope: "col", textContent: name })));
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
  const only = spans.filter((span) => span.only).length;
  const note = only ? element("p", { className: "soft", textContent: `${counted(only, "mention")} on yellow: the other model does not have ${only === 1 ? "it" : "them"}.` }) : "";
  const content = spans.length
    ? element("div", { className: "wide" }, table)
    : element("p", { className: "soft", textContent: "No mention to show." });
  return element("section", { className: "result" }, element("h2", { textContent: model }), drawn, note, content);
};

byId("ask").addEventListener("submit", annotate);
byId("threshold").addEventListener("input", draw);
byId("only").addEventListener("change", draw);
byId("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("ask").requestSubmit();
});
byId("example").addEventListener("click", () => {
  example = (example + 1) % facts.examples.length;
  byId("text").value = facts.examples[example];
  byId("ask").requestSubmit();
});
