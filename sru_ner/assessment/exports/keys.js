// Keys and controls of the page: which does what.

const moves = { next: () => next(1), previous: () => next(-1), open: nextOpen, undo, redo, download };
const KEYS = { n: "open", u: "undo", r: "redo", d: "download" };
const FIELDS = { t: "type", c: "comment", g: "number" };

const isField = (element) => element.matches("textarea, select, input:not([type=checkbox])");

document.addEventListener("keydown", (event) => {
  const { key, shiftKey, altKey, target } = event;
  const control = event.ctrlKey || event.metaKey;
  const act = (action) => {
    event.preventDefault();
    action();
  };
  if (isField(target)) {
    if (key === "Escape") act(() => byId("card").focus());
    else if (key === "Enter" && target.id === "type") act(() => (byId("card").focus(), nextOpen()));
    return;
  }
  const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (step && shiftKey) {
    const forward = getComputedStyle(byId("sentence").firstChild).direction === "rtl" ? -step : step;
    return act(() => moveEdge(control || altKey ? "start" : "end", forward));
  }
  if (control && key.toLowerCase() === "z") return act(shiftKey ? redo : undo);
  if (control && key === "y") return act(redo);
  if (control || altKey) return;
  if (step) return act(() => next(step));
  if (event.repeat || !byId("single-keys").checked) return; // a key that is held down judges once
  const verdict = facts.names[Number(key) - 1];
  if (verdict) act(() => choose(verdict));
  else if (KEYS[key]) act(moves[KEYS[key]]);
  else if (FIELDS[key]) act(() => byId(FIELDS[key]).focus());
});

/** Give a verdict; a wrong type is followed by the right one. */
function choose(verdict) {
  judge(verdict);
  if (verdict === "wrong_type") byId("type").focus();
}

for (const [id, action] of Object.entries(moves)) byId(id).addEventListener("click", action);
for (const button of document.querySelectorAll("[data-verdict]")) button.addEventListener("click", () => choose(button.dataset.verdict));
for (const button of document.querySelectorAll("[data-edge]")) button.addEventListener("click", () => moveEdge(button.dataset.edge, Number(button.dataset.step)));
for (const id of ["state", "of-type"])
  byId(id).addEventListener("input", () => {
    show();
    if (!fits(items[current])) next(1);
  });

byId("restore").addEventListener("click", () => setSpan(items[current].start, items[current].end));
document.addEventListener("selectionchange", () => (selected = readSelection() ?? selected));
byId("selected").addEventListener("click", takeSelection);
document.addEventListener("pointerup", ({ pointerType }) => {
  // With fingers, the ends of a selection are moved afterwards.
  if (pointerType === "mouse" && readSelection()) takeSelection();
});
byId("comment").addEventListener("input", ({ target }) => change({ comment: target.value }, "", "comment"));
byId("type").addEventListener("input", ({ target }) => {
  const type = target.value.trim();
  change({ type: type && type !== items[current].type ? type : null, ...(type && corrected("wrong_type")) }, "", "type");
});
for (const id of ["comment", "type"])
  byId(id).addEventListener("blur", () => {
    verdicts.separate();
    show();
  });
byId("number").addEventListener("change", ({ target }) => go(Math.min(items.length, Math.max(1, Math.round(target.value) || 1)) - 1));
byId("load").addEventListener("change", async ({ target }) => {
  if (target.files.length) await load(target.files[0]);
  target.value = "";
});

addEventListener("storage", ({ key }) => {
  if (key !== verdicts.key) return;
  verdicts.restore();
  show();
});
addEventListener("resize", () => {
  byId("context").style.minHeight = "";
  show();
});
addEventListener("beforeunload", (event) => {
  if (verdicts.problem && verdicts.unsaved) event.preventDefault();
});

verdicts.restore();
const firstOpen = items.findIndex(isOpen);
go(firstOpen < 0 ? 0 : firstOpen);
