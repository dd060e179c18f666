/** A scheme (方案) as data: one strict schema. Every rule names its clause; a figure that no source gives stands under `settings`. */
import { z } from 'zod';
import { form, level } from './profile-forms.ts';
import { settings, writtenSettings } from './profile-settings.ts';
import { clause, code, dayRule, role } from './profile-terms.ts';

const stage = z.strictObject({
  code,
  name: z.string().min(1),
  opens: dayRule,
  closes: dayRule,
  clause,
});

const riskType = z.strictObject({
  code,
  name: z.string().min(1),
  /** The levels whose forms may ask for it (RISK-02). */
  levels: z.array(level).min(1),
  manifestations: z.array(z.strictObject({ code, text: z.string().min(1) })),
  clause,
});

export const profileShape = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'idForm'),
  version: z.string().min(1),
  name: z.string().min(1),
  body: z.string().min(1),
  /** Who may launch a cycle. */
  launchedBy: role,
  stages: z.array(stage).min(1),
  riskTypes: z.array(riskType).min(1),
  forms: z.array(form).min(1),
  register: z.strictObject({ name: z.string().min(1), numberPrefix: z.string().min(1), clause }),
  settings,
});

/** A profile as its file writes it: figures of its settings may be left open until the launch. */
export const writtenShape = profileShape.extend({ settings: writtenSettings });

/** A profile with every figure known; what a cycle runs on. */
export type Profile = z.infer<typeof profileShape>;
export type { ProfileForm } from './profile-forms.ts';
export type WrittenProfile = z.infer<typeof writtenShape>;
export type RiskType = Profile['riskTypes'][number];
