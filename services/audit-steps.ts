/** Compares steps, meetings and the register with the audit: what the program shows must be what was once recorded. */

import { withSnapshot } from '../db/audit-read.ts';
import { type ActRow, readStepEvidence, type StepPage } from '../db/audit-steps.ts';
import type { Reader } from '../db/client.ts';
import { parseBody } from '../domain/audit-body.ts';
import { type AuditFinding, collectFindings } from '../domain/audit-finding.ts';
import {
  type AuditedAct,
  compareProcedure,
  type ProcedureEvidence,
} from '../domain/audit-steps.ts';
import { contentSchema } from '../domain/self-check.ts';

export type StepReport =
  | { readonly ok: true; readonly procedures: number }
  | { readonly ok: false; readonly findings: readonly AuditFinding[] };

/** Checks the history, the meetings and the register rows of every form against its audit chain. */
export function verifySteps(db: Reader): Promise<StepReport> {
  return withSnapshot(db, async (trx) => {
    const findings = collectFindings();
    let procedures = 0;
    for await (const page of readStepEvidence(trx)) {
      procedures += page.procedureIds.length;
      for (const evidence of evidenceOf(page)) compareProcedure(evidence, findings);
    }
    return findings.list.length === 0
      ? { ok: true, procedures }
      : { ok: false, findings: findings.list };
  });
}

function evidenceOf(page: StepPage): readonly ProcedureEvidence[] {
  const acts = Map.groupBy(page.acts, ofProcedure);
  const steps = Map.groupBy(page.steps, ofProcedure);
  const register = Map.groupBy(page.register, ofProcedure);
  const forms = Map.groupBy(page.forms, ofProcedure);
  const collected = Map.groupBy(page.collected, ofProcedure);
  return page.procedureIds.map((id) => ({
    procedureId: id,
    acts: (acts.get(id) ?? []).flatMap(actOf),
    steps: (steps.get(id) ?? []).map((step) => ({ ...step, at: step.at.toISOString() })),
    register: (register.get(id) ?? []).map((row) => ({
      ...row,
      registeredAt: row.registeredAt.toISOString(),
    })),
    points: new Map((forms.get(id) ?? []).map((form) => [form.version, pointsOf(form.content)])),
    collected: asCollected(collected.get(id)?.[0]?.collected),
    looseMeetings: page.looseMeetings.includes(id) ? 1 : 0,
  }));
}

const ofProcedure = ({ procedureId }: { readonly procedureId: string }): string => procedureId;

/** A damaged body is found by the verification of the chain; it says nothing about a step. */
function actOf({ seq, body, fields }: ActRow): readonly AuditedAct[] {
  const parsed = parseBody(body);
  if (typeof parsed === 'string') return [];
  const action = parsed.action.slice(parsed.action.indexOf('.') + 1);
  return [{ seq: Number(seq), action, at: parsed.at, fields }];
}

/** Whatever stands in the column: it is compared, not trusted. */
const asCollected = (value: unknown): ProcedureEvidence['collected'] =>
  value as ProcedureEvidence['collected'];

/** A damaged form is found by the verification of the forms. */
function pointsOf(content: unknown) {
  const parsed = contentSchema.safeParse(content);
  return parsed.success ? parsed.data.points : [];
}
