// Line charts as inline SVG, sharp at any size and on paper.

const WIDTH = 300, HEIGHT = 240, LEFT = 40, RIGHT = 8, TOP = 8, BOTTOM = 34;

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Ticks at 1, 2 or 5 times a power of ten that divide a range into about four parts. */
function ticks(low, high) {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  const found = [];
  for (let i = Math.ceil(low / step); i * step <= high * (1 + 1e-9); i++) found.push(i * step);
  return found;
}

/**
 * Draw series of points. An axis is {label, low, high, log}; a series {name, colour, dash, points},
 * its points [x, y, text], where the text is what the pointer shows.
 */
function chart({ title, x, y, series, diagonal = false, dots = false }) {
  const scale = ({ low, high, log }, from, to) => {
    const put = log ? Math.log10 : (value) => value;
    const span = put(high) - put(low) || 1;
    return (value) => from + ((put(value) - put(low)) / span) * (to - from);
  };
  const across = scale(x, LEFT, WIDTH - RIGHT);
  const up = scale(y, HEIGHT - BOTTOM, TOP);
  const shown = (value) => String(Number(value.toPrecision(3)));
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": title });
  for (const value of x.log ? [x.low, x.high] : ticks(x.low, x.high)) {
    picture.append(
      svg("path", { d: `M${across(value)} ${TOP}V${HEIGHT - BOTTOM}`, class: "grid" }),
      svg("text", { x: across(value), y: HEIGHT - BOTTOM + 13, "text-anchor": "middle" }, shown(value)),
    );
  }
  for (const value of y.log ? [y.low, y.high] : ticks(y.low, y.high)) {
    picture.append(
      svg("path", { d: `M${LEFT} ${up(value)}H${WIDTH - RIGHT}`, class: "grid" }),
      svg("text", { x: LEFT - 5, y: up(value) + 3.5, "text-anchor": "end" }, shown(value)),
    );
  }
  const middle = (TOP + HEIGHT - BOTTOM) / 2;
  picture.append(
    svg("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 5, "text-anchor": "middle" }, x.label),
    svg("text", { x: 0, y: 0, transform: `translate(10 ${middle}) rotate(-90)`, "text-anchor": "middle" }, y.label),
  );
  if (diagonal) {
    const [low, high] = [Math.max(x.low, y.low), Math.min(x.high, y.high)];
    picture.append(svg("path", { d: `M${across(low)} ${up(low)}L${across(high)} ${up(high)}`, class: "diagonal" }));
  }
  for (const { name, colour, dash, points } of series) {
    if (!points.length) continue;
    const line = points.map((point) => `${across(point[0]).toFixed(1)} ${up(point[1]).toFixed(1)}`);
    const style = { class: "line", stroke: colour, "stroke-dasharray": dash || "none" };
    picture.append(svg("path", { d: `M${line.join("L")}`, ...style }, svg("title", {}, name)));
    if (!dots && points.length > 1) continue;
    for (const [px, py, text] of points) {
      const dot = { cx: across(px), cy: up(py), r: 2.6, fill: colour };
      picture.append(svg("circle", dot, svg("title", {}, text || name)));
    }
  }
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = title;
  figure.append(caption, picture);
  return figure;
}
