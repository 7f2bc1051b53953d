import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { joinComment, withoutEnumList, words } from './comments.ts';

/** What is said about one type and its fields. Texts may end in a list of enum values. */
export interface TypeDescriptions {
  type?: string;
  fields: Record<string, string>;
}

const interfacePattern = /^export interface I\w+ (extends .*)?\{/;
const fieldPattern = /^ {4}"(.+?)"\??: /;
const aliasPattern = /export type \{ I\w+ as I(\w+)/;

/** Stars are escaped, so that none ends the comment, and a tag is added for editors. */
const unescapeText = (text: string | undefined) =>
  text
    ?.replaceAll('\\*', '*')
    .replaceAll('*\\/', '*/')
    .replace(/\n@deprecated$/, '');

/** `io.k8s.api.apps.v1.Deployment` → `IoK8sApiAppsV1Deployment`, the alias under which `kubernetes-models` exports it. */
export const modelAlias = (name: string): string =>
  name
    .split(/[.-]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

/** Reads the declarations of `kubernetes-models` (and of the machinery package beside it) by their alias. */
export function readModelDescriptions(directories: readonly string[]): Map<string, TypeDescriptions> {
  const byAlias = new Map<string, TypeDescriptions>();
  for (const directory of directories) {
    for (const file of globSync('**/*.d.ts', { cwd: directory, exclude: ['_schemas/**'] })) {
      const source = readFileSync(join(directory, file), 'utf8');
      const alias = aliasPattern.exec(source);
      if (alias) byAlias.set(alias[1]!, readInterface(source));
    }
  }
  return byAlias;
}

function readInterface(source: string): TypeDescriptions {
  const found: TypeDescriptions = { fields: {} };
  let comment: string[] = [];
  let inside = false;
  const take = () => {
    const text = unescapeText(joinComment(comment));
    comment = [];
    return text;
  };
  for (const line of source.split('\n')) {
    const text = line.trim();
    const field = inside ? fieldPattern.exec(line) : null;
    if (text === '/**') comment = [];
    else if (text.startsWith('*') && text !== '*/') comment.push(text.slice(2));
    else if (interfacePattern.test(line)) {
      inside = true;
      const description = take();
      if (description !== undefined) found.type = description;
    } else if (field) {
      const description = take();
      if (description !== undefined) found.fields[field[1]!] = description;
    } else if (line === '}') break;
  }
  return found;
}

/**
 * The better of two texts about the same thing. The client package is of the right version, but has lost line breaks
 * and enum values and says nothing about fields that hold a type of their own; the other is used where it says the same
 * or where the first is silent.
 */
export function chooseDescription(ours: string | undefined, other: string | undefined): string | undefined {
  if (ours === undefined || other === undefined) return ours ?? other;
  return words(withoutEnumList(other)) === words(ours) ? other : ours;
}
