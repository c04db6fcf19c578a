// HTML by templates: whatever is put in is escaped unless it came out of a template itself.

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};

export function escapeText(text: string): string {
  // What XML forbids even when it is escaped is no text.
  const clean = text.replace(/\p{Cc}/gu, (control) => (/[\n\t]/.test(control) ? control : '\ufffd'));
  return clean.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** html`<p>${text}</p>`. Lists are put in one after the other; undefined and false put in nothing. */
export function html(parts: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  const texts = values.map((value, at) => textOf(value) + (parts[at + 1] as string));
  return new Markup(`${parts[0]}${texts.join('')}`);
}

function textOf(value: unknown): string {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(textOf).join('');
  return value === undefined || value === false ? '' : escapeText(String(value));
}
