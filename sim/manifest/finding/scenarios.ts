/** Which files hold a Scenario, told from their text: what else is in them is for the reading. */
import type { Files } from './files.ts';
import { decodeText, mayHold } from './source-text.ts';

/** In block style at the margin, or anywhere in JSON and flow style. */
const SCENARIO =
  /^kind:[ \t]*["']?Scenario["']?[ \t]*(?:#.*)?\r?$|[{,]\s*["']?kind["']?\s*:\s*["']?Scenario["']?\s*[,}\n]/m;

/** False for what cannot be read. */
export function holdsScenario(file: string, files: Files): boolean {
  try {
    const bytes = files.read(file);
    return mayHold(bytes, 'Scenario') && SCENARIO.test(decodeText(bytes).text);
  } catch {
    return false;
  }
}
