// Draw a text with nested labelled spans, as drawing.py and reaches.py do it: see there for why.
// Besides, spans with `above` are drawn above the words.

const NARROW = " !'(),-./:;I[]fijlrt|";
const [NARROW_WIDTH, LETTER_WIDTH, LABEL_WIDTH, LABEL_EDGES] = [0.21, 0.45, 0.49, 0.7];
const [FIRST_LINE, STEP, LONGEST] = [25, 22, 20];

/** The first cut at which the words are as wide as the label of a span. */
function endOfReach(letters, { start, end, label }, starts, cuts) {
  const last = starts.find((each) => each >= end) ?? letters.length;
  let missing = LABEL_WIDTH * [...label].length + LABEL_EDGES;
  let here = start;
  for (const cut of cuts) {
    if (cut <= start) continue;
    if (cut > last) break;
    for (const letter of letters.slice(here, cut)) missing -= NARROW.includes(letter) ? NARROW_WIDTH : LETTER_WIDTH;
    here = cut;
    if (missing <= 0) break;
  }
  return here;
}

/** Parts of the text that become boxes at least as wide as the labels on both sides; they nest. */
function findReaches(letters, sides, cuts) {
  const reaches = sides.flatMap((spans) => {
    const starts = spans.map(({ start }) => start);
    return spans.map((span) => ({ start: span.start, end: endOfReach(letters, span, starts, cuts), label: span.label, span }));
  });
  reaches.sort((a, b) => a.start - b.start);
  for (let i = reaches.length - 1; i >= 0; i--)
    for (let j = i + 1; j < reaches.length && reaches[j].start < reaches[i].end; j++) reaches[i].end = Math.max(reaches[i].end, reaches[j].end);
  return reaches.sort((a, b) => a.start - b.start || b.end - a.end);
}

function spanOf(className, style, text) {
  const made = document.createElement("span");
  made.className = className;
  if (style) made.setAttribute("style", style);
  if (text) made.textContent = text;
  return made;
}

/** A piece of the text with the spans that cover it: [span, level] on either side of the words. */
function drawPiece(words, start, below, above, lit) {
  if (!below.length && !above.length) return words;
  const height = (covering) => (covering.length ? STEP * (1 + Math.max(...covering.map(([, level]) => level))) : 0);
  const head = height(above);
  const token = spanOf("token", `${head ? `padding-top:${head}px;` : ""}height:${head + FIRST_LINE + height(below)}px`);
  token.append(lit ? spanOf("chosen", "", words) : words);
  const top = (span, level) => (span.above ? head - 4 - STEP * level : head + FIRST_LINE + STEP * level);
  const all = [...below, ...above];
  for (const [span, level] of all) token.append(spanOf(`slice${span.dashed ? " dashed" : ""}`, `--paint:${span.colour};top:${top(span, level)}px`));
  for (const [span, level] of all)
    if (span.start === start) token.append(spanOf(`label${span.above ? " above" : ""}`, `--paint:${span.colour};top:${top(span, level)}px`, span.label));
  return token;
}

/**
 * Draw a text. A span is {start, end, label, colour, dashed, above, lit}, its offsets code points of
 * the text; spans may nest and cross. The words of a lit one are highlighted.
 */
function drawSpans(text, spans) {
  const letters = [...text].map((letter) => (/\s/.test(letter) ? " " : letter));
  const order = (a, b) => a.start - b.start || b.end - a.end || (a.label < b.label ? -1 : 1);
  const sides = [false, true].map((above) => spans.filter((span) => Boolean(span.above) === above).sort(order));
  const edges = new Set([0, letters.length, ...spans.flatMap(({ start, end }) => [start, end])]);
  letters.forEach((letter, i) => {
    if (i && letters[i - 1] === " " && letter !== " ") edges.add(i);
  });
  const sorted = [...edges].sort((a, b) => a - b);
  sorted.slice(1).forEach((end, i) => {
    for (let place = sorted[i] + LONGEST; place < end; place += LONGEST) if (!/\p{M}/u.test(letters[place])) edges.add(place);
  });
  const cuts = [...edges].sort((a, b) => a - b);
  const waiting = findReaches(letters, sides, cuts);
  // A label whose box had to grow, because of one on the other side, keeps its level until there.
  const held = new Map(waiting.map(({ span, end }) => [span, Math.max(span.end, end)]));
  const drawn = document.createElement("div");
  drawn.className = "spans";
  const opened = [{ words: drawn }];
  let covering = [[], []];
  const taken = [[], []];
  cuts.slice(1).forEach((end, i) => {
    const start = cuts[i];
    covering = covering.map((own, side) => {
      const kept = own.filter(([span]) => span.end > start);
      taken[side] = taken[side].filter(([span]) => held.get(span) > start);
      for (const span of sides[side].filter((each) => each.start === start)) {
        const placed = [span, 1 + Math.max(-1, ...taken[side].map(([, level]) => level))];
        kept.push(placed);
        taken[side].push(placed);
      }
      return kept;
    });
    for (; waiting.length && waiting[0].start === start; ) {
      const box = { ...waiting.shift(), words: spanOf("words") };
      const reach = spanOf("reach");
      reach.append(box.words, spanOf("sizer"));
      reach.lastChild.dataset.label = box.label;
      opened.at(-1).words.append(reach);
      opened.push(box);
    }
    const lit = covering.flat().some(([span]) => span.lit);
    opened.at(-1).words.append(drawPiece(letters.slice(start, end).join(""), start, ...covering, lit));
    while (opened.at(-1).end === end) opened.pop();
  });
  return drawn;
}
