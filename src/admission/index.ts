import { type Clock, virtualClock } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import { type AdmissionChain, createAdmissionChain } from './chain.ts';
import type { AdmissionSettings } from './options.ts';
import { absentPlugins, type BuiltinPlugin, builtinPlugins } from './plugins.ts';
import type { AdmissionPlugin, AdmissionTools } from './types.ts';

/** `--enable-admission-plugins` and `--disable-admission-plugins`: names beside the defaults. */
export interface AdmissionOptions {
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  /** Checks of other rooms that run after every plugin and cannot be turned off: RBAC's own. */
  readonly guards?: readonly AdmissionPlugin[];
  /** By the name of the plugin: what the operator says about it in `--admission-control-config-file`. */
  readonly configurations?: Readonly<Record<string, unknown>>;
  /** Whether a controller runs, by the name that `--controllers` has for it. None does by default. */
  readonly runs?: (controller: string) => boolean;
  /** Told about plugins that are asked for and not there yet. */
  readonly warn?: (text: string) => void;
}

/**
 * The chain of plugins that are on. Called once, by whoever wires the server. Throws what `checkAdmissionOptions` throws.
 */
export function createAdmission(tools: AdmissionTools, options: AdmissionOptions): AdmissionChain {
  checkAdmissionOptions(options);
  const { enable, disable, warn, runs = () => false, configurations = {} } = options;
  for (const name of enable) {
    if (absentPlugins.includes(name)) warn?.(`admission plugin ${name} is not available and has no effect`);
  }
  const on = pluginsThatAreOn(enable, disable, runs);
  checkConfigured(on, configurations);
  return createAdmissionChain([
    ...on.map(({ name, factory }) => factory(tools, configurations[name])),
    ...(options.guards ?? []),
  ]);
}

/** The chain that the flags ask for. Throws what `checkAdmission` throws. */
export async function admissionFor(
  settings: AdmissionSettings,
  { log, runs, ...tools }: AdmissionTools & { readonly log: Log } & Required<Pick<AdmissionOptions, 'runs'>>,
  guards: readonly AdmissionPlugin[],
): Promise<AdmissionChain> {
  return createAdmission(tools, {
    enable: settings.enablePlugins,
    disable: settings.disablePlugins,
    configurations: {
      ...(await configurationsIn(settings, tools.clock)),
      DefaultTolerationSeconds: {
        notReady: settings.notReadyTolerationSeconds,
        unreachable: settings.unreachableTolerationSeconds,
      },
    },
    guards,
    runs,
    warn: (message) => log.warn(message),
  });
}

/** Throws what `checkAdmissionOptions` throws, and a ConfigError for a file that cannot be used. Changes nothing. */
export async function checkAdmission(settings: AdmissionSettings): Promise<void> {
  const { enablePlugins: enable, disablePlugins: disable } = settings;
  checkAdmissionOptions({ enable, disable });
  // No time passes while a configuration is looked at.
  checkConfigured(
    pluginsThatAreOn(enable, disable, () => false),
    await configurationsIn(settings, virtualClock()),
  );
}

const pluginsThatAreOn = (
  enable: readonly string[],
  disable: readonly string[],
  runs: (controller: string) => boolean,
): readonly BuiltinPlugin[] =>
  builtinPlugins.filter(
    ({ name, onByDefault, besideControllers = [] }) =>
      enable.includes(name) || (onByDefault && besideControllers.every(runs) && !disable.includes(name)),
  );

/** Throws an Error for plugins that are on and make no sense without a configuration. */
function checkConfigured(
  on: readonly BuiltinPlugin[],
  configurations: Readonly<Record<string, unknown>>,
): void {
  for (const { name, withoutConfiguration } of on) {
    if (withoutConfiguration === undefined || Object.hasOwn(configurations, name)) continue;
    throw new Error(`couldn't init admission plugin ${JSON.stringify(name)}: ${withoutConfiguration}`);
  }
}

/** The reader, and what it stands on, is loaded only when there is a file to read. */
async function configurationsIn(
  { configFile }: AdmissionSettings,
  clock: Clock,
): Promise<Readonly<Record<string, unknown>>> {
  if (configFile === '') return {};
  return (await import('./config-file.ts')).readConfigurations(configFile, clock);
}

/**
 * Throws an Error with the reference server's message for names that nobody knows and names that are both enabled and
 * disabled.
 */
function checkAdmissionOptions({ enable, disable }: Pick<AdmissionOptions, 'enable' | 'disable'>): void {
  checkNames('enable-admission-plugins', enable);
  checkNames('disable-admission-plugins', disable);
  const both = enable.filter((name) => disable.includes(name)).sort();
  if (both.length > 0) {
    throw new Error(
      `[${both.join(' ')}] in enable-admission-plugins and disable-admission-plugins overlapped`,
    );
  }
}

function checkNames(flag: string, names: readonly string[]): void {
  for (const name of names) {
    const known = absentPlugins.includes(name) || builtinPlugins.some((plugin) => plugin.name === name);
    if (!known) throw new Error(`${flag} plugin ${JSON.stringify(name)} is unknown`);
  }
}
