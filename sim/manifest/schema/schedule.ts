/** When a CronJob runs, as its validation reads it (`validateCronJobSpec` of pkg/apis/batch, github.com/robfig/cron v3). */
import { problem, rule, type Refining } from '../check-schema.ts';

interface CronField {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Words for the numbers from `from` on. */
  readonly words?: readonly string[];
}

const FIELDS: readonly CronField[] = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of the month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, words: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { name: 'day of the week', from: 0, to: 6, words: 'sun mon tue wed thu fri sat'.split(' ') },
];

const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];
/** Durations as Go has them. */
const EVERY = /^@every -?((\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h))+$/;

/** Why no CronJob may have such a schedule, as a clause; null: it may. */
export function scheduleProblem(text: string): string | null {
  if (/^(CRON_)?TZ=/.test(text)) return 'names a time zone, which belongs into `timeZone`';
  if (text.startsWith('@')) {
    return DESCRIPTORS.includes(text) || EVERY.test(text) ? null : 'is no schedule that begins with `@`';
  }
  const written = text.split(/\s+/).filter((word) => word !== '');
  if (written.length !== FIELDS.length) {
    return `is no schedule: it has ${written.length} of the five fields minute, hour, day, month, day of the week`;
  }
  for (const [at, field] of FIELDS.entries()) {
    const wrong = (written[at] ?? '').split(',').find((part) => part !== '' && !fits(part, field));
    if (wrong !== undefined) return `is no schedule: \`${wrong}\` is no ${field.name} (${field.from} to ${field.to})`;
  }
  return null;
}

/** `*`, `5`, `1-5`, each with `/2` behind it. */
function fits(part: string, field: CronField): boolean {
  const [range = '', step = '1', ...more] = part.split('/');
  if (more.length > 0 || !/^\d+$/.test(step) || Number(step) === 0) return false;
  if (range === '*' || range === '?') return true;
  const [first = '', last = first, ...others] = range.split('-');
  const from = numberOf(first, field);
  const to = numberOf(last, field);
  return others.length === 0 && from !== null && to !== null && field.from <= from && from <= to && to <= field.to;
}

function numberOf(text: string, { from, words = [] }: CronField): number | null {
  const word = words.indexOf(text.toLowerCase());
  if (word !== -1) return from + word;
  return /^\d+$/.test(text) ? Number(text) : null;
}

export const schedule = rule('E226', scheduleProblem, 'write for example `*/5 * * * *` or `@daily`');

/**
 * The names of the tz database, letter for letter, for Go looks for a file of that name; `Local` is none that a cluster
 * takes.
 */
export function refuseUnknownTimeZone(spec: object, context: Refining): void {
  const { timeZone } = spec as { timeZone?: unknown };
  if (typeof timeZone !== 'string') return;
  const meant = timeZoneMeant(timeZone);
  if (meant === timeZone) return;
  const help =
    meant === null
      ? 'write for example `Etc/UTC` or `Europe/Berlin`, or leave it out'
      : `write \`${meant}\`: capitals count`;
  problem(context, 'E226', ['timeZone'], `\`${timeZone}\` is no time zone`, help);
}

/** The name of the database that is this but for its capitals. */
export function timeZoneMeant(written: string): string | null {
  const name = spelled(written);
  return isTimeZone(name) ? name : null;
}

/** Words of the database's names that do not just begin with a capital. */
const SPELLED = new Map(
  `of au es ACT BajaNorte BajaSur CET CHAT ComodRivadavia CST6CDT DeNoronha DumontDUrville EasterIsland EET EST EST5EDT GB GMT
  GMT0 HST IN LHI McMurdo MET MST MST7MDT NSW NZ PRC PST8PDT ROC ROK SU UCT US UTC W WET`
    .split(/\s+/)
    .map((word) => [word.toLowerCase(), word]),
);

function spelled(name: string): string {
  return name.replace(
    /[a-z][a-z\d]*/gi,
    (word) => SPELLED.get(word.toLowerCase()) ?? word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase(),
  );
}

/** Names that JavaScript's own table has from elsewhere. */
const NOT_OF_THE_DATABASE =
  /^(SystemV\/.*|US\/Pacific-New|(A[CEGRS]|BE|BS|CA|CN|CS|CT|EA|EC|IE|IS|JS|MI|NE|NS|PL|PN|PR|PS|SS|VS)T)$/i;

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name) || name === 'Local' || NOT_OF_THE_DATABASE.test(name)) return false;
  if (name === 'Factory') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
