// The page: shows one item at a time and turns clicks and keys into verdicts.

const byId = (id) => document.getElementById(id);
const facts = JSON.parse(byId("facts").textContent);
const { items, colours } = facts;
const verdicts = new Verdicts(facts);
const MOVING = ["correct", "no_entity", "unsure"]; // verdicts that need no correction
let current = 0; // place of the shown item in `items`
let selected = null; // what was last selected in its sentence

const wordsOf = (name) => name.replaceAll("_", " ");
const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const part = (text, start, end) => [...text].slice(start, end).join("");
const isOpen = (item) => !verdicts.get(item.id).verdict;
const shownSpan = (item, given) => (given.start === null ? item : given);

function fits(item) {
  const [state, type] = [byId("state").value, byId("of-type").value];
  const { verdict } = verdicts.get(item.id);
  return (!type || item.type === type) && (!state || state === (verdict ?? "open"));
}

// ---------------------------------------------------------------- what is shown

function drawSentence(item, given) {
  const spans = [{ ...item, label: item.type, colour: colours[item.type], lit: true }];
  const own = shownSpan(item, given);
  if (own !== item) spans.push({ ...own, label: `yours: ${given.type ?? item.type}`, colour: "#5b6675", above: true });
  byId("sentence").replaceChildren(drawSpans(item.text, spans));
  selected = null;
  byId("sentence").classList.toggle("as-predicted", own === item); // as high as with a corrected boundary
  // The controls below the longest sentence so far do not move again.
  byId("context").style.minHeight = `${byId("context").offsetHeight}px`;
}

function show() {
  const done = verdicts.count();
  byId("progress").value = done;
  const shown = items.filter(fits).length;
  byId("count").textContent = `${done.toLocaleString("en")} of ${counted(items.length, "item")} judged${shown < items.length ? `; ${shown.toLocaleString("en")} shown` : ""}`;
  byId("problem").textContent = verdicts.problem;
  byId("undo").disabled = !verdicts.canUndo;
  byId("redo").disabled = !verdicts.canRedo;
  const item = items[current];
  const given = verdicts.get(item.id);
  const own = shownSpan(item, given);
  byId("number").value = current + 1;
  byId("question").replaceChildren("Is “", Object.assign(document.createElement("bdi"), { textContent: part(item.text, item.start, item.end) }), `” of type ${item.type}?`);
  byId("before").textContent = item.before;
  byId("after").textContent = item.after;
  byId("document").textContent = `Document ${item.document}`;
  drawSentence(item, given);
  for (const button of document.querySelectorAll("[data-verdict]")) button.setAttribute("aria-pressed", String(button.dataset.verdict === given.verdict));
  byId("boundary").textContent = part(item.text, own.start, own.end);
  byId("restore").disabled = own === item;
  // A field in which somebody writes stays as it is.
  for (const [id, value] of [["type", given.type ?? ""], ["comment", given.comment]]) if (byId(id) !== document.activeElement) byId(id).value = value;
}

/** Say what happened, on the page and to screen readers. */
const say = (text) => (byId("said").textContent = text);

function go(place, said = "") {
  verdicts.separate();
  current = place;
  show();
  const item = items[current];
  say(`${said}Item ${current + 1}: “${part(item.text, item.start, item.end)}”, ${item.type}.`);
}

/** Go to the nearest item before or after this one for which something is true. */
function seek(step, wanted, none) {
  for (let i = 1; i <= items.length; i++) {
    const place = (current + step * i + items.length * i) % items.length;
    if (wanted(items[place])) return go(place);
  }
  say(none);
}

const next = (step) => seek(step, fits, "There is no such item.");
const nextOpen = () => seek(1, (item) => isOpen(item) && (!byId("of-type").value || item.type === byId("of-type").value), "No item is open. Download the verdicts.");

// ---------------------------------------------------------------- what the assessor does

function change(values, said, join) {
  verdicts.change(items[current].id, values, join);
  show();
  if (said) say(`${said} ${verdicts.count()} of ${items.length} judged.`);
}

function judge(verdict) {
  const kept = MOVING.includes(verdict) ? { type: null, start: null, end: null } : {};
  change({ verdict, ...kept }, `${wordsOf(verdict)}.`);
  if (!byId("go-on").checked || !MOVING.includes(verdict)) return;
  if (items.some(isOpen)) nextOpen();
  else say("All items are judged. Download the verdicts.");
}

/** A correction makes the verdict one that may have it. */
const corrected = (verdict) => (MOVING.includes(verdicts.get(items[current].id).verdict ?? "correct") ? { verdict } : {});

function setSpan(start, end) {
  const item = items[current];
  if (start === item.start && end === item.end) return change({ start: null, end: null }, "The boundary as predicted.", "span");
  change({ start, end, ...corrected("wrong_boundary") }, `Boundary: “${part(item.text, start, end)}”.`, "span");
}

/** The places at which a boundary may be: not inside a letter and its accents. */
function placesOf(text) {
  const places = [0];
  for (const { segment } of new Intl.Segmenter().segment(text)) places.push(places.at(-1) + [...segment].length);
  return places;
}

/** Move the start or the end of the mention by a letter. */
function moveEdge(edge, step) {
  const item = items[current];
  const { start, end } = shownSpan(item, verdicts.get(item.id));
  const places = placesOf(item.text);
  const here = edge === "start" ? start : end;
  const place = step > 0 ? places.find((each) => each > here) : places.findLast((each) => each < here);
  const moved = edge === "start" ? [place, end] : [start, place];
  if (place !== undefined && moved[0] < moved[1]) setSpan(...moved);
}

/** Start and end of the text that is selected in the sentence, without white space around it; or null. */
function readSelection() {
  const selection = getSelection();
  const drawn = byId("sentence").firstChild;
  if (!selection.rangeCount || selection.isCollapsed || !selection.getRangeAt(0).intersectsNode(drawn)) return null;
  const chosen = selection.getRangeAt(0);
  const lengthUpTo = (node, offset) => {
    const range = document.createRange();
    range.selectNodeContents(drawn);
    if (range.comparePoint(node, offset) < 0) return 0;
    if (range.comparePoint(node, offset) === 0) range.setEnd(node, offset);
    const copy = range.cloneContents();
    copy.querySelectorAll(".label").forEach((label) => label.remove());
    return [...copy.textContent].length;
  };
  let [start, end] = [lengthUpTo(chosen.startContainer, chosen.startOffset), lengthUpTo(chosen.endContainer, chosen.endOffset)];
  const letters = [...items[current].text];
  while (start < end && /\s/.test(letters[start])) start++;
  while (start < end && /\s/.test(letters[end - 1])) end--;
  return start < end ? [start, end] : null;
}

/** Make what was last selected the boundary. On a phone, a tap on the button has ended the selection. */
function takeSelection() {
  if (!selected) return say("Select text in the sentence first.");
  setSpan(...selected);
  getSelection().removeAllRanges();
}

function step(move, word) {
  const id = move.call(verdicts);
  if (id) go(items.findIndex((item) => item.id === id), `${word} `);
  else say(`There is nothing to ${word === "Undone." ? "undo" : "redo"}.`);
}

const undo = () => step(verdicts.undo, "Undone.");
const redo = () => step(verdicts.redo, "Done again.");

function download() {
  const blob = new Blob([`${JSON.stringify(verdicts.toFile(), null, 2)}\n`], { type: "application/json" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: facts.file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  verdicts.unsaved = false;
  const alone = items.filter((item) => isOpen(item) && verdicts.get(item.id).comment).length;
  say(`${counted(verdicts.count(), "verdict")} in ${facts.file}.${alone ? ` Not in it: ${counted(alone, "comment")} without a verdict.` : ""}`);
}

async function load(file) {
  try {
    const read = JSON.parse(await file.text());
    const taken = verdicts.merge(read);
    show();
    say(`${counted(taken, "verdict")} taken from ${file.name}; of the others, those here are as new.`);
  } catch (error) {
    say(error instanceof SyntaxError ? `${file.name} is no JSON file.` : error.message);
  }
}
