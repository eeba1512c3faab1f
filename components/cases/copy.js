/* The text and a button that copies it; without a secure page the clipboard is reached by a selection. */
async function copied(text, area) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch (_) {
    area.focus();
    area.select();
    return document.execCommand("copy");
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const area = parentElement.querySelector("textarea");
  const button = parentElement.querySelector("button");
  const told = parentElement.querySelector("[role=status]");
  area.value = data.text;
  area.setAttribute("aria-label", data.about);
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
  button.textContent = data.copy;
  button.onclick = async () => {
    const done = await copied(data.text, area);
    told.textContent = done ? data.copied : data.by_hand;
    if (done && data.id) setTriggerValue("copied", data.id);
  };
}
