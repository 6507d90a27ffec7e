/** A word of the command line that must be one of a few. */
import { type Argument, InvalidArgumentError, type Option } from 'commander';
import { nearest } from '../diagnostics/nearest.ts';

/** As commander's `choices`, and says which of them was meant. */
export function oneOf<T extends Option | Argument>(parameter: T, choices: readonly string[]): T {
  parameter.choices([...choices]);
  parameter.argParser((word: string) => {
    if (choices.includes(word)) return word;
    const meant = nearest(word, choices);
    const question = meant === null ? '' : `\n(Did you mean ${meant}?)`;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.${question}`);
  });
  return parameter;
}
