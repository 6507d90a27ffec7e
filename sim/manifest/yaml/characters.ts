/** Classes of characters as YAML 1.1 has them. 0 stands for the end of the text. */

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;

/** Line breaks: LF, CR, NEL, LS, PS. */
export function isBreak(code: number): boolean {
  return code === LF || code === CR || (code > 0x7f && (code === 0x85 || code === 0x2028 || code === 0x2029));
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Blank, break or end. */
export function isGap(code: number): boolean {
  return code <= SPACE ? code === SPACE || code === LF || code === TAB || code === CR || code === 0 : isBreak(code);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** A letter, digit, `_` or `-`: what names of anchors, handles and directives consist of. */
export function isWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || isDigit(code) || code === 0x5f || code === 0x2d
  );
}

// Control characters may stand in no document. Lone surrogates come of no decoder of ours.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** Offset of the first character that no YAML may contain; -1 where there is none. */
export function forbiddenCharacterIn(text: string): number {
  return text.search(FORBIDDEN);
}
