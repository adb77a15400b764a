// Decides how far from its words each mention of a drawn text is, as levels.py does it: see there for why.

const [LABEL_LETTER, LABEL_EDGES, GAP, LONGEST_LABEL, DEEPEST, FAR, GREATEST_WIDTH] = [0.43, 0.6, 0.2, 36, 2, 12, 0.75];
const WIDTHS = [
  [/[ !'(),./:;I[\]fijlrt|-]/u, 0.19],
  [/[mwMW@%]/u, 0.66],
  [/[sczJ?]/u, 0.37],
  [/[A-Z]/u, 0.53],
  [/[0-9]/u, 0.48],
  [/[a-z\u0391-\u03c9\u0410-\u044f]/u, 0.43],
  [/[\u3040-\u9fff\uac00-\ud7a3]/u, 0.9],
  [/[\u00c0-\u024f]/u, 0.2],
];
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const isLetter = (letter) => /\p{L}/u.test(letter);
const leastWidth = (letter) => WIDTHS.find(([pattern]) => pattern.test(letter))?.[1] ?? 0;

const isRightToLeft = (letters) => RIGHT_TO_LEFT.test(letters.find(isLetter) ?? "");
const isMixed = (letters) => new Set(letters.filter(isLetter).map((letter) => RIGHT_TO_LEFT.test(letter))).size > 1;
const isCut = (label) => [...label].length > LONGEST_LABEL;

function labelWidth(label) {
  const letters = [...label].reduce((sum, letter) => sum + (letter > "\u10ff" ? 2 : 1), 0);
  return LABEL_LETTER * Math.min(letters, LONGEST_LABEL) + LABEL_EDGES;
}

function letterWidths(letters) {
  if (!isMixed(letters)) return letters.map(leastWidth);
  const own = isRightToLeft(letters);
  return letters.map((letter) => (isLetter(letter) && RIGHT_TO_LEFT.test(letter) === own ? leastWidth(letter) : 0));
}

/** The places in a line that need room for a label, and how much: a Map. */
function findRooms(letters, spans) {
  const rooms = new Map();
  for (const { start, label } of spans) {
    const word = start ? letters.lastIndexOf(" ", start - 1) + 1 : 0;
    const place = start - word <= FAR ? word : start;
    rooms.set(place, Math.max(rooms.get(place) ?? 0, labelWidth(label) + GREATEST_WIDTH * (start - place)));
  }
  return rooms;
}

/** The level of each span: a Map. The spans are sorted by start, the longer first. */
function findLevels(letters, spans) {
  const widths = letterWidths(letters);
  const levels = new Map();
  const covered = (start, wide) => {
    let place = start;
    for (; place < widths.length && wide > 0; place++) wide -= widths[place];
    return place;
  };
  for (let i = spans.length - 1; i >= 0; i--) {
    const { start, end, label } = spans[i];
    const reach = Math.max(end, covered(start, labelWidth(label) + GAP));
    const taken = new Set();
    let least = 0;
    for (let j = i + 1; j < spans.length && spans[j].start < reach; j++) {
      const other = spans[j];
      taken.add(levels.get(other));
      if (other.start < end) least = Math.max(least, levels.get(other) + 1);
    }
    let level = Math.max(-1, ...taken) + 1;
    if (level > Math.max(least, DEEPEST)) for (level = least; taken.has(level); ) level++;
    levels.set(spans[i], level);
  }
  return levels;
}
