// The verdicts of one assessor: changed, undone, stored in the browser, written to and read from files.

const lengthOf = (text) => [...text].length; // in code points
const nothing = (id) => ({ id, verdict: null, type: null, start: null, end: null, comment: "", at: null });

class Verdicts {
  #given = new Map(); // by item; `verdict` is null where it was undone, and where only a comment is there
  #done = []; // each a list of [id, before, after]
  #undone = [];
  #joined = null; // what the last change may be joined with, so that a comment is one change

  /** head: what a verdict file begins with. items: those to judge. names: of the possible verdicts. */
  constructor({ head, items, names }) {
    Object.assign(this, { head, names, problem: "", unsaved: false }); // unsaved: not in a file
    this.items = new Map(items.map((item) => [item.id, item]));
    this.key = `${head.format} ${head.sample} ${head.assessor}`; // of the place in the browser's storage
  }

  get(id) {
    return this.#given.get(id) ?? nothing(id);
  }

  count(verdict) {
    return [...this.#given.values()].filter((each) => (verdict ? each.verdict === verdict : each.verdict)).length;
  }

  /** Change the verdict on an item. Changes in a row with the same word `join` are undone together. */
  change(id, values, join = null) {
    const before = this.#given.get(id);
    const after = { ...this.get(id), ...values, at: new Date().toISOString() };
    const last = this.#done.at(-1);
    if (join && this.#joined === `${id} ${join}`) last[0][2] = after;
    else this.#done.push([[id, before, after]]);
    this.#joined = join && `${id} ${join}`;
    this.#undone = [];
    this.#given.set(id, after);
    this.#save();
  }

  separate() {
    this.#joined = null;
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /** Undo the last change; returns the item that it was about. */
  undo() {
    return this.#step(this.#done, this.#undone, 1);
  }

  redo() {
    return this.#step(this.#undone, this.#done, 2);
  }

  #step(from, to, side) {
    const changes = from.pop();
    if (!changes) return null;
    to.push(changes);
    this.separate();
    for (const change of changes) {
      const [id, value] = [change[0], change[side]];
      this.#given.set(id, { ...(value ?? nothing(id)), at: new Date().toISOString() });
    }
    this.#save();
    return changes[0][0];
  }

  /** The verdict file, or with `all` also comments on items without a verdict. */
  toFile(all = false) {
    const verdicts = [...this.items.keys()].map((id) => this.#given.get(id)).filter((each) => each && (all || each.verdict));
    return { ...this.head, verdicts };
  }

  /** Take over the newer verdicts of a file. Throws an Error that says why a file is refused. */
  merge(file) {
    const isNewer = ({ id, at }) => !this.#given.has(id) || (at ?? "") > (this.#given.get(id).at ?? "");
    const newer = this.#check(file).filter(isNewer);
    if (!newer.length) return 0;
    this.#done.push(newer.map((each) => [each.id, this.#given.get(each.id), each]));
    this.#undone = [];
    this.separate();
    for (const each of newer) this.#given.set(each.id, each);
    this.#save();
    return newer.length;
  }

  #check(file) {
    const { format, version, sample, assessor } = this.head;
    if (file?.format !== format || !Array.isArray(file.verdicts)) throw new Error("The file has no verdicts of a page like this one.");
    if (file.version !== version) throw new Error(`The file has version ${file.version} of its format, not ${version}.`);
    if (file.sample !== sample) throw new Error("The file has verdicts on another sample.");
    if (file.assessor !== assessor) throw new Error(`The file has the verdicts of ${file.assessor}, not of ${assessor}.`);
    return file.verdicts.map((each, i) => {
      const { id, verdict, type = null, start = null, end = null, comment = "", at = null } = each ?? {};
      const item = this.items.get(id);
      const place = (start === null && end === null) || (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && item && end <= lengthOf(item.text));
      const fault =
        (!item && "its item is not on this page") ||
        (!(verdict === null || this.names.includes(verdict)) && "its verdict has an unknown name") ||
        (!(type === null || typeof type === "string") && "its type is no text") ||
        (!place && "its boundary is not in the sentence") ||
        (typeof comment !== "string" && "its comment is no text") ||
        (at !== null && Number.isNaN(Date.parse(at)) && "its time is not like 2026-01-31T12:00:00Z");
      if (fault) throw new Error(`The file is damaged: verdict ${i + 1}: ${fault}.`);
      return { id, verdict, type, start, end, comment, at: at === null ? null : new Date(at).toISOString() };
    });
  }

  #save() {
    this.unsaved = true;
    this.store();
  }

  /** Store all in the browser. Afterwards `problem` says why that failed, or is empty. */
  store() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.toFile(true)));
      this.problem = "";
    } catch (error) {
      this.problem = `This browser does not keep the verdicts (${error.name}). Download them before you close the page.`;
    }
  }

  /** Take over what the browser has stored, also by another tab. */
  restore() {
    try {
      const stored = localStorage.getItem(this.key);
      if (!stored) return this.store();
      this.merge(JSON.parse(stored));
      this.#done = []; // nothing to undo: it was done before
    } catch (error) {
      this.problem = `The verdicts that this browser kept cannot be read (${error.message}).`;
    }
  }
}
