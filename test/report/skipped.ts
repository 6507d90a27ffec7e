/** How a test says why it is skipped: at the end of its title, where people read it and the closing lines find it. */

/** @returns ` [skipped: REASON]`, or nothing where there is no reason to skip */
export function skipped(reason: string | false | null | undefined): string {
  return reason === null || reason === undefined || reason === false || reason === '' ? '' : ` [skipped: ${reason}]`;
}

/** The reason in a full title (its own or a suite's around it), or null. */
export function reasonIn(fullTitle: string): string | null {
  const begin = fullTitle.indexOf(MARK);
  if (begin === -1) return null;
  // A reason may hold brackets of its own: it ends with its closing one.
  let depth = 1;
  for (let at = begin + MARK.length; at < fullTitle.length; at += 1) {
    if (fullTitle[at] === '[') depth += 1;
    if (fullTitle[at] === ']') depth -= 1;
    if (depth === 0) return fullTitle.slice(begin + MARK.length, at);
  }
  return null;
}

const MARK = '[skipped: ';
