import { ConfigError } from '../configuration/config-error.ts';
import { type AuthorizationOptions, defaultAuthorization } from './options.ts';

/** Options that say the same as a configuration file. */
const besideConfig = [
  'modes',
  'webhookConfigFile',
  'webhookVersion',
  'webhookAuthorizedTtlMs',
  'webhookUnauthorizedTtlMs',
] as const;

/** Throws a ConfigError for options that contradict each other. Source: `BuiltInAuthorizationOptions.Validate`. */
export function checkOptions(options: AuthorizationOptions): void {
  const problems = options.configFile === '' ? modeProblems(options) : configProblems(options);
  if (problems.length > 0) throw new ConfigError(problems.join('; '));
}

function configProblems(options: AuthorizationOptions): string[] {
  const given = besideConfig.some(
    (name) => JSON.stringify(options[name]) !== JSON.stringify(defaultAuthorization[name]),
  );
  return given
    ? [
        '--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined',
      ]
    : [];
}

function modeProblems({ modes, policyFile, webhookConfigFile }: AuthorizationOptions): string[] {
  const problem = (wrong: boolean, text: string) => (wrong ? [text] : []);
  const [abac, webhook] = [modes.includes('ABAC'), modes.includes('Webhook')];
  return [
    ...problem(abac && policyFile === '', "authorization-mode ABAC's authorization policy file not passed"),
    ...problem(
      webhook && webhookConfigFile === '',
      "authorization-mode Webhook's authorization config file not passed",
    ),
    ...problem(!abac && policyFile !== '', 'cannot specify --authorization-policy-file without mode ABAC'),
    ...problem(
      !webhook && webhookConfigFile !== '',
      'cannot specify --authorization-webhook-config-file without mode Webhook',
    ),
    ...problem(
      new Set(modes).size < modes.length,
      `authorization-mode ${JSON.stringify(modes.join(','))} has mode specified more than once`,
    ),
  ];
}
