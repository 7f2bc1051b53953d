import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { joinComment, unescapeComment } from './comments.ts';

/** One field of a generated client model, in the words of its generator. */
export interface ModelField {
  readonly name: string;
  /** Such as `Array<V1Container>`, `{ [key: string]: string; }`, `Date`. */
  readonly type: string;
  readonly format: string;
  readonly required: boolean;
  readonly description: string | undefined;
}

export interface Model {
  readonly description: string | undefined;
  readonly fields: readonly ModelField[];
}

interface Declaration {
  readonly required: boolean;
  readonly description: string | undefined;
}

const attributeMapPattern = /attributeTypeMap = (\[[\s\S]*?\n\]|\[\]);/;
const fieldPattern = /^\s+'(.+?)'(\?)?: /;

/** True when the client package has a class of this name. */
export const hasModel = (directory: string, className: string): boolean =>
  existsSync(join(directory, `${className}.js`));

/** Reads one class of `@kubernetes/client-node`: names and types from its `.js`, the rest from its `.d.ts`. */
export function readModel(directory: string, className: string): Model {
  const source = readFileSync(join(directory, `${className}.js`), 'utf8');
  const attributeMap = attributeMapPattern.exec(source);
  if (!attributeMap) throw new Error(`${className}.js has no attributeTypeMap`);
  const attributes: { name: string; baseName: string; type: string; format: string }[] = JSON.parse(
    attributeMap[1]!,
  );
  const { description, members } = readDeclarations(
    readFileSync(join(directory, `${className}.d.ts`), 'utf8'),
    className,
  );
  const fields = attributes.map(({ name, baseName, type, format }) => {
    const member = members.get(name);
    if (!member) throw new Error(`${className}.d.ts does not declare ${name}`);
    return { name: baseName, type, format, ...member };
  });
  return { description, fields };
}

function readDeclarations(source: string, className: string) {
  const members = new Map<string, Declaration>();
  let description: string | undefined;
  let comment: string[] = [];
  for (const line of source.split('\n')) {
    const text = line.trim();
    if (text.startsWith('/**')) comment = [];
    else if (text.startsWith('* ')) comment.push(text.slice(2));
    else if (text.startsWith(`export declare class ${className} `)) {
      description = unescapeComment(joinComment(comment));
      comment = [];
    } else if (text.startsWith('static ')) break;
    else {
      const field = fieldPattern.exec(line);
      if (!field) continue;
      members.set(field[1]!, {
        required: field[2] === undefined,
        description: unescapeComment(joinComment(comment)),
      });
      comment = [];
    }
  }
  return { description, members };
}
