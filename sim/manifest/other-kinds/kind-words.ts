/** What is said of the objects whose kind is not modelled: errors at their place, the rest told once for all of a sort. */
import type { Code } from '../../diagnostics/codes.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import { kinds } from '../objects/kinds.ts';
import type { Source } from '../yaml-documents.ts';
import { groupOf, notServed } from './cluster-kinds.ts';
import { kindMeant, type Meant } from './kind-meant.ts';
import { partInTheNetwork, type Part } from './part-in-the-network.ts';

/** One sort of objects of which the same is said. */
interface Sort {
  readonly code: Code;
  /** What is said of them, behind their number. */
  readonly words: string;
  readonly help: string | undefined;
  /** The first of them; all where each is told of. */
  readonly objects: { readonly named: string; readonly span: Span }[];
  /** How many there are of each kind. */
  readonly counts: Map<string, number>;
}

export class KindWords {
  readonly #sorts = new Map<string, Sort>();
  readonly #diagnostics: Collector;
  readonly #verbose: boolean;
  readonly #meantBy = new Map<string, Meant | null>();
  #count = 0;
  /** Kinds to be left out, each `kind` or `kind.group` in lower case, with what was typed and whether an object met it. */
  readonly #ignored: { readonly written: string; readonly name: string; met: boolean }[];

  /**
   * @param ignore kinds that are to be left out, as `KIND` or `KIND.group`
   * @param verbose one line for each object
   */
  constructor(diagnostics: Collector, ignore: readonly string[], verbose: boolean) {
    this.#diagnostics = diagnostics;
    this.#verbose = verbose;
    this.#ignored = ignore.map((written) => ({ written, name: written.toLowerCase(), met: false }));
  }

  /** How many objects were seen. */
  get count(): number {
    return this.#count;
  }

  /** @returns whether it is known what the kind does, and that it decides of no packet */
  see(kind: string, apiVersion: string, value: Readonly<Record<string, unknown>>, source: Source): boolean {
    const named = () => {
      const { name } = (value['metadata'] ?? {}) as { name?: unknown };
      return `${typeof name === 'string' ? `${kind} \`${name}\`` : kind} (${apiVersion})`;
    };
    const add = (code: Code, words: string, help?: string): void => {
      const key = `${code} ${words}`;
      const sort = this.#sorts.get(key) ?? { code, words, help, objects: [], counts: new Map<string, number>() };
      this.#sorts.set(key, sort);
      this.#count++;
      sort.counts.set(kind, (sort.counts.get(kind) ?? 0) + 1);
      if (this.#verbose || sort.objects.length === 0)
        sort.objects.push({ named: named(), span: source.spanOf(['kind']) });
    };
    const group = groupOf(apiVersion);
    if (this.#isIgnored(kind, group)) {
      add('W304', 'left out, as --ignore asks');
      return false;
    }
    const meant = this.#meant(kind, apiVersion);
    if (meant !== null) {
      this.#refuseMisspelt(kind, apiVersion, meant, source);
      return false;
    }
    const elsewhere = notServed(kind, apiVersion);
    if (elsewhere !== null) {
      tellNotServed(kind, apiVersion, elsewhere.instead, source, this.#diagnostics);
      return false;
    }
    const part = partInTheNetwork(kind, group, value);
    if (part.is === 'policy') this.#refusePolicy(kind, group, part, named(), source.spanOf(['kind']));
    else add(...wordsOf(part));
    return part.is === 'loss' || part.is === 'none';
  }

  /** One line for each sort of objects; where it is said of each, one for each. */
  report(): void {
    for (const { code, words, help, objects, counts } of this.#sorts.values()) {
      const counted = countedKinds(counts);
      for (const { named, span } of objects) {
        const message =
          this.#verbose || counted === null ? `${named}: ${words}` : `${counted.number}: ${words}${counted.list}`;
        this.#diagnostics.add(code, span, message, { help });
      }
    }
    for (const { written, name, met } of this.#ignored) {
      if (met) continue;
      const why = isOurs(name)
        ? 'a kind that is modelled is read all the same, and nothing else has this name'
        : 'no object of such a kind was read';
      this.#diagnostics.add('W305', undefined, `--ignore ${written}: ${why}`, {
        help: 'name a kind that is not modelled, as `CiliumNetworkPolicy` or `NetworkPolicy.crd.projectcalico.org`',
      });
    }
  }

  /** The same for all objects of a kind, and not found without a search. */
  #meant(kind: string, apiVersion: string): Meant | null {
    const key = `${apiVersion} ${kind}`;
    let meant = this.#meantBy.get(key);
    if (meant === undefined) this.#meantBy.set(key, (meant = kindMeant(kind, apiVersion)));
    return meant;
  }

  #isIgnored(kind: string, group: string): boolean {
    const names = namesOf(kind, group);
    const found = this.#ignored.filter(({ name }) => names.includes(name));
    for (const one of found) one.met = true;
    return found.length > 0;
  }

  #refusePolicy(kind: string, group: string, { does, help }: Part & { is: 'policy' }, named: string, span: Span): void {
    this.#diagnostics.add('E314', span, `${named} ${does}, and is not modelled`, {
      help: `${help}, or leave it out: \`--ignore ${kind}${kind === 'NetworkPolicy' ? `.${group}` : ''}\``,
    });
  }

  #refuseMisspelt(kind: string, apiVersion: string, meant: Meant, source: Source): void {
    const white = INVISIBLE.test(kind) ? ' (there is white space in it)' : '';
    this.#diagnostics.add(
      'E315',
      source.spanOf([meant.kind === null && meant.apiVersion !== null ? 'apiVersion' : 'kind']),
      `there is no kind \`${kind}\`${white} in ${apiVersion}: a cluster would apply nothing`,
      { help: helpFor(meant) },
    );
  }
}

/** @param instead the apiVersion that has it; null: none */
export function tellNotServed(
  kind: string,
  apiVersion: string,
  instead: string | null,
  source: Source,
  diagnostics: Collector,
): void {
  diagnostics.add(
    'E207',
    source.spanOf(['apiVersion']),
    `${kind} of \`${apiVersion}\` is not served: a cluster finds no matches for the kind`,
    { help: instead === null ? 'remove it' : `write \`apiVersion: ${instead}\`` },
  );
}

/** What --ignore may call it. */
function namesOf(kind: string, group: string): string[] {
  return [kind.toLowerCase(), `${kind}.${group}`.toLowerCase()];
}

/** @param name as in `namesOf` */
function isOurs(name: string): boolean {
  return Object.entries(kinds).some(([kind, { apiVersion }]) => namesOf(kind, groupOf(apiVersion)).includes(name));
}

function helpFor({ kind, apiVersion }: Meant): string {
  const lines = [
    kind === null ? [] : [`\`kind: ${kind}\``],
    apiVersion === null ? [] : [`\`apiVersion: ${apiVersion}\``],
  ];
  const written = lines.flat().join(' and ');
  return written === '' ? 'write a kind that the group has, or remove the object' : `write ${written}`;
}

const INVISIBLE = /[\s\u00a0\u200b-\u200d\u2060\ufeff]/;

type Told = readonly [code: Code, words: string, help?: string];

function wordsOf(part: Exclude<Part, { is: 'policy' }>): Told {
  switch (part.is) {
    case 'loss':
      return ['W303', part.loss, part.help];
    case 'none':
      return ['W301', 'no part in the network'];
    case 'unknown':
      return [
        'W301',
        'a custom resource that is not known here, nor are the pods and policies that its controller may make',
      ];
  }
}

/**
 * `71 objects of 2 kinds` and ` (ConfigMap 40, Secret 31)`; where there is one kind, its name is with the number; of a single object
 * null.
 */
function countedKinds(counts: ReadonlyMap<string, number>): { number: string; list: string } | null {
  const all = [...counts.values()].reduce((sum, n) => sum + n, 0);
  if (all === 1) return null;
  const [only, ...others] = counts.keys();
  if (others.length === 0) return { number: `${all} objects of kind ${only ?? ''}`, list: '' };
  const listed = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([name, n]) => `${name} ${n}`);
  return { number: `${all} objects of ${counts.size} kinds`, list: ` (${listed.join(', ')})` };
}
