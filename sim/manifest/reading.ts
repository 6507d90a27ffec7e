/** Finds, reads and parses the files of a run. */
import { basename, dirname, join, normalize } from 'node:path/posix';
import { Collector } from '../diagnostics/collector.ts';
import type { Span } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/nearest.ts';
import { buildObject, type BuiltObject } from './objects/build-objects.ts';
import type { RawScenario } from './scenario/build-scenario.ts';
import { parseDeliveryTrace } from './scenario/delivery-trace.ts';
import { FieldWords } from './fields/field-words.ts';
import { MANIFEST_NAME, STDIN, type Files } from './finding/files.ts';
import { beside } from './finding/beside.ts';
import { looksLikeManifest, Walls } from './finding/walls.ts';
import { isChart } from './finding/rendered-folder.ts';
import { holdsScenario } from './finding/scenarios.ts';
import type {
  NamespaceManifest,
  NetworkPolicyManifest,
  Path,
  PodManifest,
  SourceFile,
  WorkloadManifest,
} from './manifests.ts';
import type { AppliedObjects } from './scenario/change-request.ts';
import type { OtherObject } from './manifests.ts';
import { ObjectCount } from './objects/most-of-a-file.ts';
import { laterOnes, sortByKind } from './objects/object-set.ts';
import { KindWords } from './other-kinds/kind-words.ts';
import { NeededObjects } from './other-kinds/needed-objects.ts';
import type { ServiceSketch } from './other-kinds/service-sketch.ts';
import type { ReadOptions } from './read-options.ts';
import { readObjects } from './objects/read-object.ts';
import { readText } from './finding/source-text.ts';
import { sayOnceOfTemplate } from './finding/template.ts';
import { anything, filesNamedBy, type UnreadObject } from './objects/unread.ts';
import { parseYaml, type IsEnough, type YamlDocument } from './yaml-documents.ts';

/** Errors of a file, after which the rest of it is not looked at: 4 MiB of wrong objects have 72,000. */
const MOST_ERRORS = 1000;

/** What may come to a cluster that lives; networks and pools are there from the beginning. */
type AppliedObject = NamespaceManifest | PodManifest | WorkloadManifest | NetworkPolicyManifest;

/** A Scenario is built when it is known which of them is asked, and what its files hold. */
type ReadObject = BuiltObject | RawScenario;

function isAppliedLater(object: ReadObject): object is AppliedObject {
  return !NOT_LATER.has(object.kind);
}

const NOT_LATER: ReadonlySet<ReadObject['kind']> = new Set([
  'Scenario',
  'NetworkAttachmentDefinition',
  'SpiderMultusConfig',
  'SpiderIPPool',
  'SpiderReservedIP',
  'SpiderCoordinator',
  'SpiderSubnet',
  'SpiderEndpoint',
]);

/** As sim/manifest/finding/below.ts searches. */
const NO_LINKS = '-R does not follow links to folders';

type Stat = NonNullable<ReturnType<Files['stat']>>;

/** Each file is read and parsed once, however often it is named. */
export class Reading {
  readonly diagnostics = new Collector();
  readonly fields = new FieldWords(this.diagnostics);
  readonly kinds: KindWords;
  readonly services: ServiceSketch[] = [];
  readonly others: OtherObject[] = [];
  readonly needed = new NeededObjects();
  readonly unread: UnreadObject[] = [];
  count = new ObjectCount();
  readonly emptyLists: Span[] = [];
  readonly brokenScenarios: YamlDocument[] = [];
  readonly sources: SourceFile[] = [];
  readonly #files: Files;
  readonly #verbose: boolean;
  readonly #recursive: boolean;
  readonly #walls: Walls;
  readonly #traces = new Map<string, readonly number[]>();
  readonly #objects = new Map<string, readonly ReadObject[]>();
  /** Files in which nothing was said, not even anything wrong. */
  readonly #empty = new Set<string>();

  constructor(
    files: Files,
    { ignore = [], verbose = false, allowOutside = false, recursive = false }: ReadOptions = {},
  ) {
    this.#recursive = recursive;
    this.#files = files;
    this.#walls = new Walls(files, allowOutside);
    this.kinds = new KindWords(this.diagnostics, ignore, verbose);
    this.#verbose = verbose;
  }

  /** What is told once for all that was read. */
  tellOfAll(): void {
    this.fields.report(this.#verbose);
    this.kinds.report();
  }

  /** The files that the paths name, in the order of the paths, folders by name. */
  findAll(paths: readonly string[], span?: Span): string[] {
    const found = paths.flatMap((path) => {
      const normal = normalize(path).replace(/(?<=.)\/$/, '');
      if (span === undefined) this.#walls.give(normal);
      else if (!this.#mayRead(normal, span)) return [];
      const stat = this.#files.stat(normal);
      if (stat === null) {
        const siblings = this.#siblingsOf(normal);
        this.diagnostics.add('E101', span, `${normal} does not exist`, {
          help: didYouMean(normal, siblings) ?? 'give a file or a folder of YAML or JSON manifests',
        });
        return [];
      }
      if (this.#refuseUnknown(normal, stat, span)) return [];
      if (stat.kind === 'folder') return this.#manifestsIn(normal, span).filter((file) => this.#mayRead(file, span));
      if (span !== undefined && !this.#isManifest(normal, span)) return [];
      this.objectsOf(normal);
      if (this.#empty.has(normal)) this.#refuseEmpty(normal, span);
      return [normal];
    });
    return [...new Set(found)];
  }

  /** The objects of a file that could be understood. */
  objectsOf(file: string): readonly ReadObject[] {
    const known = this.#objects.get(file);
    if (known !== undefined) return known;
    const before = this.diagnostics.count;
    const seen = this.kinds.count;
    const text = readText(file, this.#files, this.diagnostics);
    if (text !== null) this.sources.push({ file, text });
    const objects = text === null ? [] : this.#objectsIn(file, text);
    if (text !== null) sayOnceOfTemplate(file, text, before, this.diagnostics);
    const nothing = this.diagnostics.count === before && this.kinds.count === seen;
    if (objects.length === 0 && nothing) this.#empty.add(file);
    this.#objects.set(file, objects);
    return objects;
  }

  /**
   * Those of a file, until it has so many errors that more help nobody (who mends them checks again), or so many pods that no lab
   * holds them, or objects above what a file may hold.
   */
  #objectsIn(file: string, text: string): ReadObject[] {
    const before = this.diagnostics.errorCount;
    this.count = new ObjectCount();
    const isEnough: IsEnough = (at) => {
      if (this.count.isTooMany) return true;
      if (this.diagnostics.errorCount - before < MOST_ERRORS) return false;
      const message = `${file} has ${MOST_ERRORS} errors up to here, and is not read any further`;
      this.diagnostics.add('E126', at(), message, { help: 'mend those before it, and check again' });
      return true;
    };
    const objects: ReadObject[] = [];
    for (const document of parseYaml(file, text, this.diagnostics, isEnough))
      for (const raw of readObjects(document, this, isEnough))
        objects.push(raw.kind === 'Scenario' ? raw : buildObject(raw));
    if (!this.count.isTooMany) return objects;
    this.unread.push(anything);
    // Which of them would have come up, and what is beside them, is not known: planning some of them says nothing.
    return objects.filter(({ kind }) => kind === 'Scenario');
  }

  scenariosOf(file: string): RawScenario[] {
    return this.objectsOf(file).filter((object) => object.kind === 'Scenario');
  }

  /** The files that a Scenario names; without any, its own folder. */
  broughtBy({ content, source }: RawScenario): string[] {
    const written = content.spec.manifests;
    // What comes by standard input lies in no folder.
    if (written === undefined) return source.file === STDIN ? [] : this.findAll([dirname(source.file)]);
    return written.flatMap((path, i) =>
      this.findAll([beside(source.file, path)], source.spanOf(['spec', 'manifests', i])),
    );
  }

  /** As `broughtBy`, for one that does not fit its schema; and the files that its steps apply. */
  broughtByBroken(document: YamlDocument): { brought: string[]; applied: string[] } {
    const { manifests, applied } = filesNamedBy(document.value);
    const span = document.spanOf(['spec', 'manifests']);
    return {
      brought: manifests.flatMap((path) => this.findAll([beside(document.file, path)], span)),
      applied: applied.map((file) => beside(document.file, file)),
    };
  }

  /**
   * A run has one Scenario at most: of those in the files that were given, or else of those that they bring. What others
   * lie in the folder that a given one brings are other questions about the same manifests.
   */
  onlyScenario(given: readonly string[], brought: readonly string[]): RawScenario | null {
    const asked = this.#scenariosIn(given);
    const [first, ...others] = asked.length > 0 ? asked : this.#scenariosIn(brought);
    if (first === undefined) return null;
    for (const other of others) {
      const span = other.source.spanOf(['kind']);
      this.diagnostics.add('E309', span, `a second Scenario, \`${other.content.metadata.name}\`, in one run`, {
        help: 'name the file of one of them; `ipvlane run` and `check` take a folder of several, each in a file of its own',
        related: [{ span: first.source.spanOf(['kind']), message: `\`${first.content.metadata.name}\` is here` }],
      });
    }
    return first;
  }

  #scenariosIn(files: readonly string[]): RawScenario[] {
    return [...new Set(files)].flatMap((file) => this.scenariosOf(file));
  }

  /** What the files of an `apply` step bring; `path` is the way to the list of their names. */
  appliedBy(names: readonly string[], path: Path, { source }: RawScenario): AppliedObjects {
    return this.#applied(
      names.flatMap((name, i) => this.#appliedFile(beside(source.file, name), source.spanOf([...path, i]))),
    );
  }

  /** The moments of a wire's trace, milliseconds; `path` is the way to the file's name. Empty after a diagnostic. */
  traceOf(name: string, path: Path, { source }: RawScenario): readonly number[] {
    const file = beside(source.file, name);
    const known = this.#traces.get(file);
    if (known !== undefined) return known;
    const span = source.spanOf(path);
    const moments = this.#mayRead(file, span) ? this.#readTrace(file, span) : [];
    this.#traces.set(file, moments);
    return moments;
  }

  #readTrace(file: string, span: Span): readonly number[] {
    if (!this.#isFile(file, span, 'name a file with one moment a line, relative to this one')) return [];
    const text = readText(file, this.#files, this.diagnostics);
    if (text === null) return [];
    // Nothing is printed of what is no trace at all.
    if (!/^-?\d/.test(text) && text !== '') {
      this.diagnostics.add('E574', span, `${file} is no trace of a wire: it does not begin with a moment`, {
        help: 'name a file with one moment a line, in whole milliseconds',
      });
      return [];
    }
    this.sources.push({ file, text });
    return parseDeliveryTrace(file, text, this.diagnostics) ?? [];
  }

  /** As `kubectl apply -f` to a cluster that lives: files and folders. */
  appliedFrom(paths: readonly string[]): AppliedObjects {
    return this.#applied(this.findAll(paths).flatMap((file) => this.#appliedFile(file, undefined)));
  }

  #applied(objects: readonly AppliedObject[]): AppliedObjects {
    const { namespaces, pods, workloads, networkPolicies } = sortByKind(laterOnes(objects, this.diagnostics));
    return { namespaces, pods, workloads, networkPolicies };
  }

  #appliedFile(file: string, span: Span | undefined): AppliedObject[] {
    if (!this.#isFile(file, span, 'name a file with NetworkPolicies, relative to this one')) {
      this.unread.push(anything);
      return [];
    }
    if (span !== undefined && !(this.#mayRead(file, span) && this.#isManifest(file, span))) return [];
    const built: AppliedObject[] = [];
    for (const object of this.objectsOf(file)) {
      if (isAppliedLater(object)) {
        built.push(object);
        continue;
      }
      const { spanOf } = object.kind === 'Scenario' ? object.source : object;
      this.diagnostics.add('E308', spanOf(['kind']), `a ${object.kind} cannot be applied to a cluster that lives`, {
        help: 'put it into a file that no step applies: it is then there from the beginning',
        ...(span === undefined ? {} : { related: [{ span, message: 'applied here' }] }),
      });
    }
    if (built.length === 0 && !this.diagnostics.hasErrorIn(file)) {
      this.diagnostics.add('E308', span, `${file} holds nothing to apply`, {
        help: 'name a file with NetworkPolicies, Namespaces, Pods or workloads',
      });
    }
    return built;
  }

  /** What a Scenario names, or a link in a folder leads to, may be anything on this machine. */
  #mayRead(file: string, span: Span | undefined): boolean {
    const problem = this.#walls.problemOf(file);
    if (problem === null) return true;
    this.diagnostics.add('E573', span, problem, {
      help: 'move it there, give its folder as a path too, or read it all the same with --allow-outside',
    });
    this.unread.push(anything);
    return false;
  }

  /** Nothing is printed of a file that a Scenario names and that is no manifest. */
  #isManifest(file: string, span: Span): boolean {
    if (this.#objects.has(file) || this.#files.stat(file)?.kind !== 'file') return true;
    const text = readText(file, this.#files, new Collector());
    if (text === null || text.trim() === '' || looksLikeManifest(text)) return true;
    this.diagnostics.add('E574', span, `${file} is no manifest: neither apiVersion nor kind stands in it`, {
      help: 'name a file of YAML or JSON manifests',
    });
    this.unread.push(anything);
    return false;
  }

  refuseNothing(paths: readonly string[]): void {
    const [list] = this.emptyLists;
    if (list !== undefined) {
      this.diagnostics.add('E109', list, 'a list without a single object, and nothing else is there', {
        help: '`kubectl get` prints this where it finds nothing: export again, with `-n NAMESPACE` or `-A`',
      });
      return;
    }
    this.diagnostics.add('E109', undefined, `no object in ${paths.join(', ')} that could be brought up`, {
      help: `give files, or a folder with .yaml, .yml or .json files in it (${this.#recursive ? NO_LINKS : '-R searches the folders inside it too'})`,
    });
  }

  #manifestsIn(folder: string, span: Span | undefined): string[] {
    let names: readonly string[];
    try {
      names = this.#files.list(folder);
    } catch (error) {
      this.diagnostics.add('E102', span, `${folder} cannot be read: ${(error as Error).message}`, {
        help: 'check the permissions of the folder',
      });
      return [];
    }
    const found: string[] = [];
    for (const path of names.filter((name) => MANIFEST_NAME.test(name)).map((name) => join(folder, name))) {
      const stat = this.#files.stat(path);
      if (stat === null) this.#refuseUnreachable(path, 'its folder lists it, and nothing is found there', span);
      else if (stat.kind === 'misnamed' && stat.isFolder) continue;
      else if (this.#refuseUnknown(path, stat, span)) continue;
      else if (stat.kind === 'file' && stat.special === true)
        this.#refuseUnreachable(path, 'it is a pipe, a device or a socket, which in a folder is not waited for', span);
      else if (stat.kind === 'folder' && stat.link === true)
        this.#refuseUnreachable(path, 'it is a link to a folder', span);
      else if (stat.kind === 'file') found.push(path);
    }
    found.sort();
    const rendering = this.#files.render?.(folder) ?? null;
    if (rendering !== null) {
      const scenarios = found.filter((file) => holdsScenario(file, this.#files));
      if ('file' in rendering) return [rendering.file, ...scenarios];
      this.diagnostics.add(rendering.code, span, rendering.message, { help: rendering.help });
      return scenarios;
    }
    if (basename(folder) === 'templates' && isChart(dirname(folder), this.#files)) {
      this.diagnostics.add('E122', span, `${folder} holds the templates of a chart, which are no manifests yet`, {
        help: `give the chart: ${dirname(folder)}`,
      });
      return [];
    }
    if (found.length > 0) return found;
    this.diagnostics.add('E109', span, `${folder} holds no .yaml, .yml or .json file`, {
      folder,
      help: `give the folder that holds the manifests${this.#recursive ? `: ${NO_LINKS}` : ', or -R to search the folders inside it too'}`,
    });
    return [];
  }

  /** Whether a file is there that a Scenario names; false after a diagnostic. */
  #isFile(file: string, span: Span | undefined, help: string): boolean {
    const stat = this.#files.stat(file);
    if (stat?.kind === 'file') return true;
    if (stat === null || !this.#refuseUnknown(file, stat, span)) {
      this.diagnostics.add('E307', span, stat === null ? `${file} does not exist` : `${file} is a folder`, {
        help: didYouMean(file, this.#siblingsOf(file)) ?? help,
      });
    }
    return false;
  }

  /** Whether it is said of what is there that nobody can tell what it is. */
  #refuseUnknown(path: string, stat: Stat, span: Span | undefined): stat is Exclude<Stat, { kind: 'file' | 'folder' }> {
    if (stat.kind === 'unreachable') this.#refuseUnreachable(path, stat.why, span);
    else if (stat.kind === 'misnamed') this.#refuseMisnamed(path, span);
    else return false;
    return true;
  }

  /** kubectl refuses it too: what should be there is not known, and it may be a policy. */
  #refuseUnreachable(path: string, why: string, span: Span | undefined): void {
    this.diagnostics.add('E102', span, `${path} cannot be read: ${why}`, {
      help: 'mend or remove it, or check the permissions of the file and of its folders',
    });
    this.unread.push(anything);
  }

  /** It may be a policy. */
  #refuseMisnamed(path: string, span: Span | undefined): void {
    const message = `the name \`${path}\` is no UTF-8 text: \`\ufffd\` stands for what cannot be read`;
    this.diagnostics.add('E125', span, message, { help: 'rename the file' });
    this.unread.push(anything);
  }

  #siblingsOf(path: string): string[] {
    const folder = dirname(path);
    if (this.#files.stat(folder)?.kind !== 'folder') return [];
    try {
      return this.#files.list(folder).map((name) => join(folder, name));
    } catch {
      return [];
    }
  }

  #refuseEmpty(file: string, span: Span | undefined): void {
    this.diagnostics.add(
      'E103',
      span ?? { file, line: 1, column: 1, offset: 0, length: 0 },
      `${file} holds no object`,
      {
        help: 'write a manifest into it, or leave it out',
      },
    );
  }
}
