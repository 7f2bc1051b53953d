import { type Clock, formatTime } from '../../apimachinery/clock.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import { legacyIssuer } from '../../resources/core/serviceaccounts/token-claims.ts';
import type { AuthenticationResult, TokenAuthenticator } from '../types.ts';
import type { VerificationKey } from './keys.ts';
import { validateBound } from './validate-bound.ts';
import { validateLegacy } from './validate-legacy.ts';
import { type Payload, tokenVerifier } from './verifier.ts';

export interface ServiceAccountTokenTools {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly keys: () => Promise<readonly VerificationKey[]>;
  /** The audiences of the API server. */
  readonly audiences: readonly string[];
}

/** Tokens that TokenRequest issued. */
export function boundTokens(issuers: readonly string[], tools: ServiceAccountTokenTools): TokenAuthenticator {
  const verifier = tokenVerifier(issuers, tools.keys);
  return {
    async authenticate(token, asked) {
      const verified = await verifier.verify(token);
      if (!verified || 'invalid' in verified) return verified;
      const { payload } = verified;
      return forAudience(payload, asked, tools, () =>
        validateBound(payload, tools.reader, tools.clock.now()),
      );
    },
  };
}

/** Adds labels to an object that still has this uid. Answers at once; what goes wrong is logged by who does it. */
export type LabelSecret = (
  namespace: string,
  name: string,
  uid: string,
  labels: Readonly<Record<string, string>>,
) => void;

const lastUsedLabel = 'kubernetes.io/legacy-token-last-used';
const dayMs = 24 * 60 * 60 * 1000;

/** Tokens that Secrets hold. The day of their last use is noted on the Secret, so that unused ones can be found. */
export function legacyTokens(
  lookup: boolean,
  tools: ServiceAccountTokenTools & { readonly labelSecret: LabelSecret },
): TokenAuthenticator {
  const verifier = tokenVerifier([legacyIssuer], tools.keys);
  return {
    async authenticate(token, asked) {
      const verified = await verifier.verify(token);
      if (!verified || 'invalid' in verified) return verified;
      const { payload } = verified;
      return forAudience(payload, asked, tools, () => {
        const { result, used } = validateLegacy(token, payload, tools.reader, lookup);
        const [today, tomorrow] = [0, dayMs].map((later) =>
          formatTime(tools.clock.now() + later).slice(0, 10),
        );
        const noted = used?.metadata.labels?.[lastUsedLabel];
        if (used && noted !== today && noted !== tomorrow) {
          const { namespace = '', name = '', uid = '' } = used.metadata;
          tools.labelSecret(namespace, name, uid, { [lastUsedLabel]: today! });
        }
        return result;
      });
    },
  };
}

/** A token that names no audience is for the API server. */
function forAudience(
  payload: Payload,
  asked: readonly string[],
  { audiences }: ServiceAccountTokenTools,
  validate: () => NonNullable<AuthenticationResult>,
): AuthenticationResult {
  const own = audiencesOf(payload);
  const named = own.length === 0 ? audiences : own;
  const wanted = asked.length === 0 ? audiences : asked;
  const common = named.filter((audience) => wanted.includes(audience));
  if (common.length === 0) {
    return {
      invalid: `token audiences ${goList(named)} is invalid for the target audiences ${goList(wanted)}`,
    };
  }
  const result = validate();
  return 'invalid' in result ? result : { ...result, audiences: common };
}

function audiencesOf({ aud }: Payload): string[] {
  const all: unknown[] = Array.isArray(aud) ? aud : [aud];
  return all.filter((audience) => typeof audience === 'string');
}

/** A list of texts as Go's `%q` shows it. */
const goList = (texts: readonly string[]): string =>
  `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;
