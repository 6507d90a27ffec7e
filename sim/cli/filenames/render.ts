/** Kustomizations and charts as the field's own tools render them, where those are on the PATH. */
import { join, normalize } from 'node:path/posix';
import { execaSync } from 'execa';
import type { Files, Rendering } from '../../manifest/finding/files.ts';
import { isChart, isKustomization } from '../../manifest/finding/rendered-folder.ts';

/** How a program ended. */
export type ToolEnd =
  | { readonly kind: 'printed'; readonly bytes: Uint8Array }
  | { readonly kind: 'failed'; readonly words: string }
  | { readonly kind: 'missing' };

/** Runs a program of the PATH to its end, without standard input. */
export type RunTool = (program: string, args: readonly string[]) => ToolEnd;

/** A base may come from afar; whoever takes longer waits for somebody. */
const TIMEOUT_MS = 120_000;

/** Beyond it nobody reads. */
const MAX_BYTES = 512 * 1024 * 1024;

interface Renderer {
  readonly what: 'a kustomization' | 'a chart';
  readonly is: (folder: string, files: Files) => boolean;
  /**
   * In order of preference. Plain: kustomize runs no plugins, no functions and no helm of its own (`--enable-*`), and
   * reads nothing above the folder (`--load-restrictor`). Tests of a chart are no part of what `helm install` brings up.
   */
  readonly tools: readonly { readonly program: string; readonly args: (folder: string) => readonly string[] }[];
}

const RENDERERS: readonly Renderer[] = [
  {
    what: 'a kustomization',
    is: isKustomization,
    tools: [
      { program: 'kubectl', args: (folder) => ['kustomize', folder] },
      { program: 'kustomize', args: (folder) => ['build', folder] },
    ],
  },
  {
    what: 'a chart',
    is: isChart,
    tools: [{ program: 'helm', args: (folder) => ['template', folder, '--skip-tests'] }],
  },
];

/**
 * The same files, in which such a folder is what its tool prints. Each is rendered once.
 * @param parts.say told, in words, when a folder is not read as it lies there
 */
export function withRendering(
  files: Files,
  parts: { readonly runTool: RunTool; readonly say: (words: string) => void; readonly command: string },
): Files {
  const renderings = new Map<string, Rendering>();
  const printed = new Map<string, Uint8Array>();
  return {
    ...files,
    stat(path) {
      const bytes = printed.get(path);
      return bytes === undefined ? files.stat(path) : { kind: 'file', bytes: bytes.length };
    },
    read: (file) => printed.get(file) ?? files.read(file),
    render(folder) {
      const known = renderings.get(folder);
      if (known !== undefined) return known;
      const renderer = RENDERERS.find(({ is }) => is(folder, files));
      if (renderer === undefined) return null;
      const rendering = renderWith(renderer, folder, parts, printed);
      renderings.set(folder, rendering);
      return rendering;
    },
  };
}

function renderWith(
  { what, tools }: Renderer,
  folder: string,
  {
    runTool,
    say,
    command,
  }: { readonly runTool: RunTool; readonly say: (words: string) => void; readonly command: string },
  printed: Map<string, Uint8Array>,
): Rendering {
  // A folder's name is no option.
  const safe = folder.startsWith('-') ? `./${folder}` : folder;
  const lines = tools.map(({ program, args }) => [program, ...args(safe)].join(' '));
  for (const [at, { program, args }] of tools.entries()) {
    const line = lines[at] ?? program;
    const end = runTool(program, args(safe));
    if (end.kind === 'missing') continue;
    if (end.kind === 'failed')
      return {
        code: 'E121',
        message: `${folder} is ${what} that \`${program}\` cannot render: ${end.words}`,
        help: `put right what it complains of, until \`${line}\` prints manifests`,
      };
    say(`${folder} is ${what}: read as \`${line}\` prints it`);
    const file = normalize(join(folder, `<${line.slice(0, line.indexOf(' ', program.length + 1))}>`));
    printed.set(file, end.bytes);
    return { file };
  }
  const [first = ''] = lines;
  const programs = tools.map(({ program }) => `\`${program}\``).join(' and ');
  return {
    code: 'E122',
    message: `${folder} is ${what}, and nothing that renders it (${programs}) is on the PATH`,
    help: `install one, or where there is one write \`${first} | ipvlane ${command} -\``,
  };
}

/** Programs of this machine, in this folder. A password prompt of git would wait for ever. */
export function toolsOf(cwd: string, variables: Readonly<Record<string, string | undefined>>): RunTool {
  return (program, args) => {
    const end = execaSync(program, [...args], {
      cwd,
      env: { ...variables, GIT_TERMINAL_PROMPT: '0' },
      extendEnv: false,
      stdin: 'ignore',
      encoding: 'buffer',
      reject: false,
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_BYTES,
    });
    if (!end.failed) return { kind: 'printed', bytes: end.stdout };
    if (end.code === 'ENOENT') return { kind: 'missing' };
    const words = new TextDecoder().decode(end.stderr).trim();
    if (end.timedOut) return { kind: 'failed', words: `nothing came within ${TIMEOUT_MS / 1000} s` };
    return { kind: 'failed', words: complaintIn(words) ?? end.shortMessage ?? 'it did not end well' };
  };
}

/** helm says what is wrong after `Error:`, and then how to see more of it; kubectl says it last. */
export function complaintIn(stderr: string): string | null {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast((each) => /^error: /i.test(each)) ?? lines.at(-1);
  return line ?? null;
}
