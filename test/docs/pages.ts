/** Pages of the documentation that are made of what the tree holds. `npm run docs:pages` writes them, pages.test.ts holds them. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { codes } from '../../sim/diagnostics/codes.ts';
import { jsonSchemaNames, jsonSchemaText } from '../../sim/setup/json-schemas.ts';

const root = join(import.meta.dirname, '../..');

/** By path from the top of the tree. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/diagnostics.md', diagnosticsPage()],
    ['docs/adr/README.md', decisionsPage()],
    ['scenarios/README.md', scenariosPage()],
    ...jsonSchemaNames.map((name) => [`docs/${name}.schema.json`, jsonSchemaText(name)] as const),
  ]);
}

const groups: readonly (readonly [RegExp, string])[] = [
  [/^E1|^W1/, 'Reading text and folders'],
  [/^E2|^W2/, 'The form of an object'],
  [/^E3|^W3/, 'References between objects, and kinds'],
  [/^E4|^W4/, 'The plan'],
  [/^E5|^W5/, 'The machine, the run, its output'],
];

function diagnosticsPage(): string {
  const sections = groups.map(([group, title]) => {
    const rows = Object.entries(codes)
      .filter(([code]) => group.test(code))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, meaning]) => `| ${code} | ${meaning} |`);
    return `## ${title}\n\n| code | what it is |\n| --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# Diagnostics

Each mistake has a code, which is never given to another. \`E\`: an error; \`check\` ends with 2, and nothing runs (with 3 where the machine cannot). \`W\`: a
warning; the run goes on, and what it says is less than the manifest does. A message names file, line and column, what is wrong, and the remedy.
\`--json\` has the same as data. This page is made of \`sim/diagnostics/codes.ts\` by \`npm run docs:pages\`.

${sections.join('\n')}`;
}

function decisionsPage(): string {
  const folder = join(root, 'docs/adr');
  const rows = readdirSync(folder)
    .filter((name) => /^\d{4}-.*\.md$/.test(name))
    .sort()
    .map((name) => {
      const [, number, title] = /^# (\d{4}): (.+)\n/.exec(readFileSync(join(folder, name), 'utf8')) ?? [];
      if (number !== name.slice(0, 4) || title === undefined)
        throw new Error(`docs/adr/${name} begins with "# ${name.slice(0, 4)}: TITLE"`);
      return `| [${number}](${name}) | ${title} |`;
    });
  return `# Decisions

One page a decision: what stood against what, what was measured, what was rejected, and by what we would notice that it was wrong. A new one takes the
next number; one that no longer holds says which took its place.

| number | decision |
| --- | --- |
${rows.join('\n')}
`;
}

const topics: Readonly<Record<string, string>> = {
  seed: "Spiderpool's own example",
  bandwidth: 'Limits, one way each',
  'bandwidth/exact': 'Limits and wires whose numbers are exact: virtual time alone',
  policy: 'NetworkPolicies',
  live: 'A cluster that changes while it lives',
  drops: 'Packets that are dropped, each by its reason',
  pitfalls: 'Famous failures, each with the engine that has it',
  scale: 'Many pods',
};

function scenariosPage(): string {
  const folder = join(root, 'scenarios');
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
    .filter(({ text }) => /^kind: Scenario$/m.test(text));
  const sections = Object.entries(topics).map(([topic, title]) => {
    const rows = found
      .filter(({ name }) => topicOf(name) === topic)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, text }) => `| [${relative(topic, dirname(name)) || '.'}](${dirname(name)}) | ${claimOf(text)} |`);
    return `## ${title}\n\n| scenario | claim |\n| --- | --- |\n${rows.join('\n')}\n`;
  });
  const homeless = found.filter(({ name }) => topics[topicOf(name)] === undefined).map(({ name }) => name);
  if (homeless.length > 0) throw new Error(`no topic for ${homeless.join(', ')}`);
  return `# Scenarios

Each folder is a scenario with the manifests that it needs. The first comment of its Scenario is the claim, with the arithmetic behind each number; its expectations
hold it. Run one with \`ipvlane run scenarios/TOPIC/NAME\`, with \`--kernel uml-virtual\` in virtual time. This page is made of these comments by \`npm run docs:pages\`.

${sections.join('\n')}`;
}

function topicOf(name: string): string {
  const folders = dirname(name).split('/');
  return folders[0] === 'seed' ? 'seed' : folders.slice(0, -1).join('/');
}

/** The first paragraph of the first comment. */
function claimOf(text: string): string {
  const comment = /^(?:#.*\n)+/.exec(text)?.[0] ?? '';
  const [paragraph = ''] = comment.replaceAll(/^# ?/gm, '').split('\n\n');
  return paragraph
    .replace(/^Claim: /, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('|', '\\|')
    .trim();
}
