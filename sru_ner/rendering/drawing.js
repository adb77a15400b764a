// Draw a text with nested labelled spans, as drawing.py does it: see there and levels.py for why.
// Besides, spans with `above` are drawn above the words.

const [FIRST_LINE, STEP, THICK, LINE_ABOVE, LABEL_ABOVE, LONGEST] = [1.34, 1.35, 0.25, 0.3, 1.28, 20];

function spanOf(className, style, text = "") {
  const made = document.createElement("span");
  made.className = className;
  made.setAttribute("style", style);
  made.textContent = text;
  return made;
}

/** Places where the text may be divided: before words, at spans, and in long words. */
function cutsOf(letters, spans) {
  const edges = new Set([0, letters.length, ...spans.flatMap(({ start, end }) => [start, end])]);
  letters.forEach((letter, i) => {
    if (i && letters[i - 1] === " " && letter !== " ") edges.add(i);
  });
  const sorted = [...edges].sort((a, b) => a - b);
  sorted.slice(1).forEach((end, i) => {
    for (let place = sorted[i] + LONGEST; place < end; place += LONGEST) if (!/\p{M}/u.test(letters[place])) edges.add(place);
  });
  return [...edges].sort((a, b) => a - b);
}

function layerOf({ colour, dashed }, top) {
  const gradient = dashed ? `repeating-linear-gradient(90deg,${colour} 0 5px,transparent 5px 8px)` : `linear-gradient(${colour},${colour})`;
  return `${gradient} 0 ${top.toFixed(2)}em/100% ${THICK}em no-repeat`;
}

/** A piece of the text with the spans that cover it: [span, level] on either side of the words. */
function drawPiece(words, start, sides, side) {
  const all = sides.flat();
  if (!all.length) return words;
  const [below, above] = sides.map((covering) => Math.max(0, ...covering.map(([, level]) => level + 1)));
  const head = above * STEP; // from the top of all to the top of the words
  const topOf = (span, level) => head + (span.above ? -LINE_ABOVE - STEP * level : FIRST_LINE + STEP * level);
  const lines = all.map(([span, level]) => layerOf(span, topOf(span, level)));
  const starting = all.filter(([span]) => span.start === start);
  for (const [span, level] of starting) {
    if (!level) continue;
    const top = span.above ? topOf(span, level) : head + FIRST_LINE;
    lines.push(`linear-gradient(${span.colour},${span.colour}) ${side} ${top.toFixed(2)}em/2px ${(STEP * level).toFixed(2)}em no-repeat`);
  }
  const token = spanOf("token", `--below:${below};${above ? `--above:${above};` : ""}background:${lines.join(",")}`);
  token.append(all.some(([span]) => span.lit) ? spanOf("chosen", "", words) : words);
  for (const [span, level] of starting) {
    const top = topOf(span, level) + (span.above ? LINE_ABOVE - LABEL_ABOVE : THICK);
    const label = spanOf(`label${span.above ? " above" : ""}`, `--paint:${span.colour};--top:${top.toFixed(2)};--width:${labelWidth(span.label).toFixed(2)}`, span.label);
    if (isCut(span.label)) label.title = span.label;
    token.append(label);
  }
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
  const levels = sides.map((own) => findLevels(letters, own));
  const rooms = findRooms(letters, spans);
  const cuts = cutsOf(letters, spans);
  const drawn = document.createElement("div");
  drawn.className = "spans";
  if (isRightToLeft(letters)) drawn.dir = "rtl";
  if (rooms.size && isMixed(letters)) drawn.setAttribute("style", `padding-inline-end:${Math.max(...rooms.values()).toFixed(2)}em`);
  cuts.slice(1).forEach((end, i) => {
    const start = cuts[i];
    const covering = sides.map((own, side) => own.filter((span) => span.start <= start && span.end > start).map((span) => [span, levels[side].get(span)]));
    if (rooms.has(start)) drawn.append(spanOf("room", `--room:${rooms.get(start).toFixed(2)}`));
    drawn.append(drawPiece(letters.slice(start, end).join(""), start, covering, drawn.dir ? "right" : "left"));
  });
  return drawn;
}
