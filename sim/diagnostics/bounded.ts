/** What a message quotes may be megabytes: it is recognized by its beginning. */

/** A quotation, or a word, longer than this is cut. */
const MOST = 200;
const KEPT = 100;
/** Of a whole message. */
const MOST_ALTOGETHER = 4000;

/** The text with what is too long in it cut, and how long that was. */
export function bounded(text: string): string {
  if (text.length <= MOST) return text;
  const quoted = text.replace(/`([^`]+)`/g, (whole, inside: string) =>
    inside.length > MOST ? `\`${cut(inside)}\`` : whole,
  );
  const words = quoted.replace(/[^\s`]+/g, (word) => (word.length > MOST ? cut(word) : word));
  return words.length > MOST_ALTOGETHER ? `${words.slice(0, MOST_ALTOGETHER)}…` : words;
}

function cut(text: string): string {
  return `${Array.from(text.slice(0, KEPT + 1))
    .slice(0, KEPT)
    .join('')}… (${text.length} characters)`;
}
