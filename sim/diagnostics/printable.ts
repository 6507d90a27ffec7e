/**
 * Text of manifests, files and kernels as a face may show it. Control characters would move the cursor of who reads it, a
 * line feed begins what a CI server takes for a command, and marks of direction show another text than there is.
 */

/** In one line: every such character becomes U+FFFD. A tab stays. */
export function printable(text: string): string {
  return text.replace(CONTROL, '\ufffd');
}

/** The same of a text that may have several lines, none of which is a command to GitHub's runner (`::error::`, `##[error]`). */
export function printableLines(text: string): string {
  return text
    .replace(/\r\n/g, '\n')
    .replace(CONTROL, (letter) => (letter === '\n' ? letter : '\ufffd'))
    .replace(/^[ \t]*(?=::|##\[)/gm, (indent) => `${indent}\ufffd`);
}

/** Why a text of one line may not be shown as it is; null where it may. */
export function unprintable(text: string): string | null {
  const at = text.search(CONTROL);
  if (at === -1) return null;
  const name = (text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `has a letter that would change how lines around it are read: U+${name}`;
}

// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
