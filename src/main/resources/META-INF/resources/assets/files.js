// Files that go with a brief or with a message: chosen, dropped or pasted.

const MOST = 10;
const LARGEST = 10 * 1024 * 1024;

/** The files beside a text field: `list()` gives them, `clear()` forgets them. */
export function files(place, field, within = field) {
  const chosen = [];
  const rows = place.querySelector(".sent");
  const input = place.querySelector("input[type=file]");
  const error = place.querySelector("#file-error");

  function add(all) {
    say("");
    for (const file of all) {
      if (chosen.length >= MOST || file.size > LARGEST) return say(place.querySelector("#files-hint").textContent);
      chosen.push(file);
      rows.append(row(file));
    }
  }

  function row(file) {
    const one = document.createElement("li");
    if (file.type.startsWith("image/")) {
      const picture = document.createElement("img");
      picture.alt = "";
      const reader = new FileReader();
      reader.addEventListener("load", () => { picture.src = reader.result; });
      reader.readAsDataURL(file);
      one.append(picture);
    }
    const name = document.createElement("span");
    name.textContent = file.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "small";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `${place.dataset.remove}: ${file.name}`);
    remove.addEventListener("click", () => {
      chosen.splice(chosen.indexOf(file), 1);
      one.remove();
      input.focus();
    });
    one.append(name, remove);
    return one;
  }

  function say(text) {
    error.textContent = text;
  }

  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
  field.addEventListener("paste", (event) => {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    add(event.clipboardData.files);
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    within.addEventListener(kind, (event) => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      within.classList.toggle("over", kind === "dragover");
      if (kind === "drop") add(event.dataTransfer.files);
    });
  }
  return {
    add,
    list: () => [...chosen],
    clear() {
      chosen.length = 0;
      rows.replaceChildren();
      say("");
    },
  };
}

/** What is sent: a form where files go with it, otherwise the fields as they are. */
export function withFiles(fields, list) {
  if (!list.length) return fields;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of list) form.append("file", file, file.name);
  return form;
}
