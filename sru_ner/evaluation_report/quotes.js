// Draw a sentence with its mentions: predicted ones above the words, gold ones below them.

const PITCH = 15; // pixels between two levels of marks
const LABEL_SHARE = 0.72; // width of a label's letter, as a share of a text letter's width

/** Give each mention the level nearest to the words at which it and its label overlap with no other. */
function setLevels(mentions) {
  const taken = [];
  const reach = ({ start, end, label }) => Math.max(end, start + Math.ceil(label.length * LABEL_SHARE) + 1);
  const order = [...mentions].sort((a, b) => a.end - a.start - (b.end - b.start) || a.start - b.start);
  for (const mention of order) {
    const free = (level) => (taken[level] ||= []).every((o) => o.start >= reach(mention) || mention.start >= reach(o));
    let level = 0;
    while (!free(level)) level += 1;
    taken[level].push(mention);
    mention.level = level;
  }
  return taken.length;
}

/** Cut a text before each word and where a mention starts or ends, so that lines can break anywhere. */
function pieces(letters, mentions) {
  const cuts = new Set([0, letters.length, ...mentions.flatMap(({ start, end }) => [start, end])]);
  letters.forEach((letter, i) => {
    if (i && /\s/.test(letters[i - 1]) && !/\s/.test(letter)) cuts.add(i);
  });
  const sorted = [...cuts].sort((a, b) => a - b);
  return sorted.slice(1).map((end, i) => [sorted[i], end]);
}

/**
 * Draw a text. A mention is {start, end, label, colour, gold, right, chosen}, its offsets code points
 * of the text; mentions may nest and cross. A chosen mention is highlighted.
 */
function drawQuote(text, mentions) {
  const letters = [...text]; // code points, as everywhere
  const above = mentions.filter(({ gold }) => !gold);
  const below = mentions.filter(({ gold }) => gold);
  const [high, deep] = [setLevels(above), setLevels(below)];
  const quote = document.createElement("p");
  quote.className = "quote";
  for (const [start, end] of pieces(letters, mentions)) {
    const piece = document.createElement("span");
    piece.className = "piece";
    piece.style.padding = `${high * PITCH}px 0 ${deep * PITCH}px`;
    const words = document.createElement("span");
    words.textContent = letters.slice(start, end).join("").replace(/\s/g, " ");
    piece.append(words);
    for (const mention of mentions) {
      if (mention.start > start || mention.end < end) continue;
      if (mention.chosen) words.className = "chosen";
      const bar = document.createElement("span");
      bar.className = `bar ${mention.gold ? "gold" : "predicted"}${mention.right ? "" : " wrong"}`;
      bar.style.setProperty("--paint", mention.colour);
      const side = mention.gold ? deep : high;
      bar.style[mention.gold ? "bottom" : "top"] = `${(side - 1 - mention.level) * PITCH}px`;
      if (mention.start === start) bar.dataset.label = mention.label;
      piece.append(bar);
    }
    quote.append(piece);
  }
  return quote;
}
