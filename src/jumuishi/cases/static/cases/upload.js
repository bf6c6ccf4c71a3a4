// A file that is chosen goes to the worker at once, which sends it in parts; here it is said how far it is.
"use strict";
export default (ask, list, files) => {
  const words = list.dataset, boxes = new Map(), large = new Map();
  const base = location.pathname.replace(/^\/en/, "").replace(/[^/]+\/$/, "");
  const size = (n) => n < 1048576 ? words.kb.replace("{n}", Math.ceil(n / 1024))
    : words.mb.replace("{n}", (n / 1048576).toFixed(1));
  const bit = (kind, more) => Object.assign(document.createElement(kind), more);
  const push = (now) => ask("push", { now }).catch(() => 0);
  const key = (to) => to.replace(/^\/en/, "");
  const box = (id, input) => {
    const it = { whole: bit("div", { className: "note" }), name: bit("b"), state: bit("p"), far: bit("p"), input };
    it.whole.dataset.sent = "";
    it.bar = bit("progress", { max: 1 });
    it.state.setAttribute("role", "status");
    it.pause = bit("button", { type: "button", className: "link" });
    it.stop = bit("button", { type: "button", className: "link" });
    it.pause.onclick = async () => draw(await ask("pause", { id, paused: it.one.state !== "paused" })) || push();
    it.stop.onclick = async () => {
      large.delete(id);
      await ask("cancel", { id });
      it.whole.remove();
      it.mark.remove();
      boxes.delete(id);
      if (input) input.focus();
    };
    const acts = bit("p", { className: "acts" });
    acts.append(it.pause, it.stop);
    it.acts = acts;
    // The form says which files are on their way: their page is gone on from, and nothing is submitted without them.
    it.mark = bit("input", { type: "hidden", name: "sending", value: id.split("/").at(-2) });
    const form = input ? input.form : document.querySelector("main form");
    if (form) form.append(it.mark);
    const inside = bit("div");
    inside.append(it.name, it.state, it.bar, it.far, acts);
    it.whole.append(inside);
    if (input) input.after(it.whole);
    else list.append(it.whole);
    list.hidden = false;
    boxes.set(id, it);
    return it;
  };
  const draw = (one) => {
    if (!one || !one.id.startsWith(base)) return;
    const input = [...document.querySelectorAll("[data-to]")].find((it) => key(it.dataset.to) === one.id);
    const it = boxes.get(one.id) || box(one.id, input), { state } = one;
    it.one = one;
    it.name.textContent = one.name;
    const said = state === "refused" ? one.text : words[state] + (one.kept || state === "done" ? "" : ` ${words.large}`);
    if (it.state.textContent !== said) it.state.textContent = said;
    const ends = ["refused", "gone", "done"].includes(state);
    it.mark.disabled = ends;
    it.bar.value = one.got / one.size;
    it.bar.hidden = it.far.hidden = ends && state !== "done";
    it.bar.setAttribute("aria-label", one.name);
    it.far.textContent = words.got.replace("{got}", size(one.got)).replace("{size}", size(one.size));
    it.pause.hidden = ends || state === "lost";
    it.pause.textContent = state === "paused" ? words.go : words.pause;
    it.stop.hidden = state === "done";
    it.stop.textContent = ends ? words.drop : words.cancel;
    it.whole.className = state === "done" ? "saved" : "note";
    it.acts.hidden = it.pause.hidden && it.stop.hidden;
    if (!input) return;
    // What the house said of an earlier file, or of this one's parts, is no longer how it is.
    const before = state !== "refused" && input.closest(".f").querySelector(".saved:not([data-sent])");
    if (before) before.remove();
    if (state === "done") {
      large.delete(one.id);
      let kept = input.form.elements[`${input.name}__kept`];
      if (!kept) input.after((kept = bit("input", { type: "hidden", name: `${input.name}__kept` })));
      kept.value = one.sha;
    }
  };
  for (const input of document.querySelectorAll("[data-to]"))
    input.addEventListener("change", async () => {
      const file = input.files[0], id = key(input.dataset.to), one = { id, name: file && file.name, got: 0, size: 1 };
      if (!file) return;
      if (file.size > input.dataset.max) {
        input.value = "";
        return draw({ ...one, state: "refused", text: input.dataset.large, kept: true });
      }
      // Where the worker does not take it, the form carries it as ever.
      const taken = await ask("take", { to: input.dataset.to, file }, 15000).catch(() => 0);
      if (!taken) return;
      input.value = "";
      if (!taken.kept) large.set(id, [input.dataset.to, file]);
      draw(taken);
      push();
    });
  navigator.serviceWorker.addEventListener("message", ({ data }) => data.file && draw(data.file));
  addEventListener("online", () => push(true));
  setInterval(async () => {
    for (const [to, file] of large.values()) await ask("take", { to, file }).catch(() => 0);
    if ([...boxes.values()].some((it) => !["refused", "gone", "done", "paused"].includes(it.one.state))) push();
  }, 5000);
  files.forEach(draw);
  push();
};
