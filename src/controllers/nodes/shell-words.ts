/** A command of a shell script: its words, and what stands before it (`;`, `&&`, `||`, or nothing for the first). */
export interface ShellCommand {
  readonly after: ';' | '&&' | '||';
  readonly words: readonly string[];
  /** Where its output goes when it is not to be seen on stdout: `/dev/null`, `&2`, `/dev/termination-log`. */
  readonly to?: string;
}

/** Longer scripts are not looked at; characters. */
const maxScriptLength = 10_000;

/** What this little reader does not know: variables, globs, pipes, jobs, blocks, here-documents. */
const unknown = /[$`*?|&<(){}[\]~!#\\]/;

/**
 * The commands of a script that consists of simple ones; undefined when there is anything in it that only a shell understands, so
 * that nothing is guessed.
 */
export function simpleCommands(script: string): readonly ShellCommand[] | undefined {
  if (script.length > maxScriptLength) return undefined;
  const commands: ShellCommand[] = [];
  let after: ShellCommand['after'] = ';';
  for (const token of tokensOf(script) ?? [{ separator: 'bad' }]) {
    if ('separator' in token) {
      if (token.separator !== ';' && token.separator !== '&&' && token.separator !== '||') return undefined;
      after = token.separator;
    } else {
      const command = withTarget(token.words, after);
      if (!command) return undefined;
      commands.push(command);
    }
  }
  return commands;
}

type Token = { readonly separator: string } | { readonly words: readonly Word[] };

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

const separators = /^(\|\||&&|;|\n)/;

function tokensOf(script: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let words: Word[] = [];
  const flush = () => {
    if (words.length > 0) tokens.push({ words });
    words = [];
  };
  let rest = script;
  while (rest !== '') {
    const blank = /^[ \t]+/.exec(rest);
    const separator = separators.exec(rest);
    if (blank) rest = rest.slice(blank[0].length);
    else if (separator) {
      flush();
      tokens.push({ separator: separator[0] === '\n' ? ';' : separator[0] });
      rest = rest.slice(separator[0].length);
    } else {
      const word = wordAt(rest);
      if (!word) return undefined;
      words.push(word.word);
      rest = word.rest;
    }
  }
  flush();
  return tokens;
}

/** The first word: quoted parts and others that touch. */
function wordAt(text: string): { readonly word: Word; readonly rest: string } | undefined {
  let rest = text;
  let out = '';
  let quoted = false;
  for (;;) {
    const single = /^'([^']*)'/.exec(rest);
    const double = /^"([^"$`\\]*)"/.exec(rest);
    const plain = /^([^\s'";|&]|\d?>&\d|(?<=>)&\d)+/.exec(rest);
    const part = single ?? double ?? plain;
    if (!part || part[0] === '') break;
    if (part === plain && unknown.test(part[0].replace(/^\d?>+(&\d)?/, ''))) return undefined;
    quoted ||= part !== plain;
    out += part === plain ? part[0] : part[1]!;
    rest = rest.slice(part[0].length);
  }
  if (rest === text || /^['"|&]/.test(rest.replace(separators, ''))) return undefined;
  return { word: { text: out, quoted }, rest };
}

const targets = ['/dev/null', '&2', '/dev/stderr', '/dev/termination-log'];

function withTarget(words: readonly Word[], after: ShellCommand['after']): ShellCommand | undefined {
  const plain: string[] = [];
  let to: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const { text, quoted } = words[at]!;
    const redirect = quoted ? null : /^([12]?)>>?(.*)$/.exec(text);
    if (!redirect) plain.push(text);
    else {
      const target = redirect[2] === '' ? words[++at]?.text : redirect[2];
      if (target === undefined || !(targets.includes(target) || target === '&1')) return undefined;
      if (redirect[1] !== '2') to = target;
    }
  }
  return { after, words: plain, ...(to === undefined ? {} : { to }) };
}
