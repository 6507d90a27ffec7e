/** The table that docs/matrix.md shows, and the command that prints it. */
export interface ShownMatrix {
  /** Without `ipvlane` itself. */
  readonly words: readonly string[];
  readonly table: string;
}

/** @param markdown of docs/matrix.md, whose first block is that command with what it prints */
export function shownMatrix(markdown: string): ShownMatrix {
  const [, command = '', table = ''] = /^```\n\$ ipvlane (.*)\n([^]*?)^```$/m.exec(markdown) ?? [];
  if (command === '') throw new Error('docs/matrix.md shows no command');
  return { words: command.split(' '), table };
}
