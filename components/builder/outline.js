const kept = new WeakMap();

function make(tag, css, text) {
  const node = document.createElement(tag);
  if (css) node.className = css;
  if (text !== undefined) node.textContent = text;
  return node;
}

function icon(name) {
  const node = make("span", "i", name);
  node.setAttribute("aria-hidden", "true");
  return node;
}

function tool(name, label, run) {
  const button = make("button", "tool");
  button.type = "button";
  button.title = label;
  button.setAttribute("aria-label", label);
  button.append(icon(name));
  button.onclick = (event) => { event.stopPropagation(); run(); };
  return button;
}

const PAUSE = 900;

/* What is typed in the editor counts after a short pause, as if the field had been left. */
function listen() {
  let timer = 0;
  let typed = null;
  const commit = () => {
    const field = typed;
    typed = null;
    if (!field || !field.isConnected) return;
    const key = { key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true, ctrlKey: field.tagName === "TEXTAREA" };
    field.dispatchEvent(new KeyboardEvent("keydown", key));
    if (field.tagName === "INPUT") field.dispatchEvent(new KeyboardEvent("keypress", key));
  };
  const wait = (event) => {
    const field = event.target;
    if (!field.closest || !field.closest(".st-key-builder_editor") || event.isComposing) return;
    if (field.tagName !== "TEXTAREA" && field.type !== "text") return;
    if (field.closest('[data-baseweb="select"]') || field.closest('[data-testid="stSelectbox"],[data-testid="stMultiSelect"]')) return;
    typed = field;
    clearTimeout(timer);
    timer = setTimeout(commit, PAUSE);
  };
  document.addEventListener("input", wait, true);
  document.addEventListener("compositionend", wait, true);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("input", wait, true);
    document.removeEventListener("compositionend", wait, true);
  };
}

export default function ({ data, parentElement, setTriggerValue }) {
  const state = kept.get(parentElement) || { open: null };
  kept.set(parentElement, state);
  if (!state.stop) state.stop = listen();
  let root = parentElement.querySelector(".outline");
  if (!root) {
    root = make("div", "outline");
    parentElement.append(root);
  }
  state.data = data;
  const words = data.words;
  const act = (said) => setTriggerValue("act", said);

  function count(node, item) {
    if (item.problems) {
      const mark = make("span", "mark bad", String(item.problems));
      mark.title = words.problems;
      node.append(mark);
    }
    if (item.hints) {
      const mark = make("span", "mark", String(item.hints));
      mark.title = words.hints;
      node.append(mark);
    }
  }

  function edge(key, symbol, text, sub) {
    const card = make("button", "card edge" + (data.selected === key ? " on" : ""));
    card.type = "button";
    card.dataset.key = key;
    card.onclick = () => act({ do: "select", key });
    const line = make("span", "line");
    line.append(icon(symbol), make("span", "kind", text));
    if (key === "@settings") count(line, data);
    card.append(line);
    if (sub) card.append(make("span", "label", sub));
    return card;
  }

  function picker(after) {
    const box = make("div", "picker");
    const top = make("div", "pickertop");
    const search = make("input");
    search.type = "search";
    search.placeholder = words.search;
    search.setAttribute("aria-label", words.search);
    top.append(search, tool("close", words.close_list, () => { state.open = null; draw(); }));
    box.append(top);
    const all = [];
    for (const group of data.catalogue) {
      const title = make("div", "group", group.name);
      box.append(title);
      const items = [];
      for (const item of group.items) {
        const choice = make("button", "choice");
        choice.type = "button";
        choice.dataset.name = item.name;
        const words = make("span", "choicewords");
        words.append(make("b", "", item.title), make("small", "", item.about));
        choice.append(icon(item.icon), words);
        choice.onclick = () => { state.open = null; act({ do: item.do, name: item.name, after }); };
        box.append(choice);
        items.push([choice, (item.title + " " + item.about).toLowerCase()]);
      }
      all.push([title, items]);
    }
    search.oninput = () => {
      const wanted = search.value.trim().toLowerCase();
      for (const [title, items] of all) {
        let any = false;
        for (const [choice, text] of items) {
          choice.hidden = !!wanted && !text.includes(wanted);
          any = any || !choice.hidden;
        }
        title.hidden = !any;
      }
    };
    box.onkeydown = (event) => { if (event.key === "Escape") { state.open = null; draw(); } };
    setTimeout(() => { search.focus({ preventScroll: true }); box.scrollIntoView({ block: "nearest" }); });
    return box;
  }

  function plus(after) {
    if (state.open === after) return picker(after);
    const button = make("button", "plus");
    button.type = "button";
    button.title = words.add_here;
    button.setAttribute("aria-label", words.add_here);
    button.append(icon("add"));
    button.onclick = () => { state.open = after; draw(); };
    return button;
  }

  function card(item, page, place) {
    const on = data.selected === item.key;
    const node = make("div", "card" + (on ? " on" : ""));
    node.dataset.key = item.key;
    node.tabIndex = 0;
    node.setAttribute("role", "button");
    node.setAttribute("aria-pressed", String(on));
    const heard = [(item.number ? item.number + " · " : "") + item.type, item.required ? words.required : "", item.label];
    if (item.problems) heard.push(words.problems + " " + item.problems);
    if (item.hints) heard.push(words.hints + " " + item.hints);
    node.setAttribute("aria-label", [...heard, ...item.badges.map((badge) => badge[1])].filter(Boolean).join(" · "));
    const line = make("span", "line");
    line.append(icon(item.icon), make("span", "kind", (item.number ? item.number + " · " : "") + item.type));
    if (item.required) line.append(make("span", "must", words.required));
    count(line, item);
    const text = make("span", "label", item.label);
    node.append(line, text);
    if (item.badges.length) {
      const badges = make("span", "badges");
      for (const [symbol, said] of item.badges) {
        const badge = make("span", "badge");
        badge.title = said;
        badge.append(icon(symbol), make("span", "", said));
        badges.append(badge);
      }
      node.append(badges);
    }
    const tools = make("span", "tools");
    tools.append(
      tool("arrow_upward", words.up, () => act({ do: "up", key: item.key })),
      tool("arrow_downward", words.down, () => act({ do: "down", key: item.key })),
      tool("content_copy", words.copy, () => act({ do: "copy", key: item.key })),
      tool("insert_page_break", words.break, () => act({ do: "break", key: item.key })),
      tool("delete", words.delete, () => act({ do: "delete", key: item.key })),
    );
    if (place === 0) tools.children[3].hidden = true;
    node.append(tools);
    node.onclick = () => { if (!on) act({ do: "select", key: item.key }); };
    node.onkeydown = (event) => {
      if (event.target !== node) return;
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act({ do: "select", key: item.key }); }
      if (event.altKey && event.key === "ArrowUp") { event.preventDefault(); act({ do: "up", key: item.key }); }
      if (event.altKey && event.key === "ArrowDown") { event.preventDefault(); act({ do: "down", key: item.key }); }
      if (!event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        const cards = [...root.querySelectorAll(".card")];
        const next = cards[cards.indexOf(node) + (event.key === "ArrowDown" ? 1 : -1)];
        if (next) next.focus();
      }
      if (event.key === "Delete") act({ do: "delete", key: item.key });
    };
    node.draggable = true;
    node.ondragstart = (event) => {
      state.dragged = item.key;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", item.key);
      node.classList.add("dragged");
    };
    node.ondragend = () => { state.dragged = null; draw(); };
    node.ondragover = (event) => {
      if (!state.dragged || state.dragged === item.key) return;
      event.preventDefault();
      const box = node.getBoundingClientRect();
      const below = event.clientY > box.top + box.height / 2;
      node.classList.toggle("into-below", below);
      node.classList.toggle("into-above", !below);
    };
    node.ondragleave = () => node.classList.remove("into-below", "into-above");
    node.ondrop = (event) => {
      if (!state.dragged || state.dragged === item.key) return;
      event.preventDefault();
      const below = node.classList.contains("into-below");
      act({ do: "move", key: state.dragged, page, place: place + (below ? 1 : 0) });
    };
    return node;
  }

  function divider(page, number) {
    const node = make("div", "divider" + (data.selected === page.key ? " on" : ""));
    const name = make("button", "pagename");
    name.type = "button";
    name.dataset.key = page.key;
    name.append(make("span", "", words.page.replace("{n}", number) + (page.title ? " · " + page.title : "")));
    if (page.when) { const badge = make("span", "badge"); badge.append(icon("alt_route"), make("span", "", page.when)); name.append(badge); }
    name.onclick = () => act({ do: "select", key: page.key });
    node.append(name);
    if (number > 1) {
      const tools = make("span", "tools");
      tools.append(
        tool("arrow_upward", words.break_up, () => act({ do: "up", key: page.key })),
        tool("arrow_downward", words.break_down, () => act({ do: "down", key: page.key })),
        tool("delete", words.join, () => act({ do: "join", key: page.key })),
      );
      node.append(tools);
    }
    return node;
  }

  function draw() {
    const focused = root.getRootNode().activeElement;
    const held = focused && root.contains(focused) ? focused.dataset.key : null;
    const parts = [edge("@settings", "tune", words.settings, data.title)];
    const several = data.pages.length > 1;
    data.pages.forEach((page, at) => {
      if (several) parts.push(divider(page, at + 1));
      if (at === 0) parts.push(plus("@first"));
      page.cards.forEach((item, place) => {
        parts.push(card(item, at, place));
        const last = at === data.pages.length - 1 && place === page.cards.length - 1;
        if (!last) parts.push(plus(item.key));
      });
    });
    if (state.open === "@end") parts.push(picker(null));
    else {
      const add = make("button", "add");
      add.type = "button";
      add.append(icon("add"), make("span", "", words.add));
      add.onclick = () => { state.open = "@end"; draw(); };
      parts.push(add);
    }
    parts.push(edge("@thanks", "favorite", words.thanks_card, ""));
    root.replaceChildren(...parts);
    if (held) { const again = root.querySelector('[data-key="' + CSS.escape(held) + '"]'); if (again) again.focus({ preventScroll: true }); }
  }

  draw();
  if (state.selected !== data.selected) {
    const on = root.querySelector(".on");
    if (on && state.selected !== undefined) {
      on.scrollIntoView({ block: "nearest" });
      const editor = document.querySelector(".st-key-builder_editor");
      if (editor && editor.getBoundingClientRect().top < 0) editor.scrollIntoView({ block: "start" });
    }
    state.selected = data.selected;
  }
  return () => {
    if (state.stop) state.stop();
    state.stop = null;
  };
}
