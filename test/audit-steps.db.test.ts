/** What the program works with, changed in SQL: the audit finds it and says in Chinese what it was. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditFindingText } from '../cards/audit-wording.ts';
import { eraseAuditFields } from '../services/audit-erasure.ts';
import { verifySteps } from '../services/audit-steps.ts';
import { reviewForm } from '../services/review.ts';
import { withdrawForm } from '../services/self-check.ts';
import type { FormRef } from '../services/writing.ts';
import {
  type Bureau,
  chainOf,
  formOf,
  meeting,
  must,
  OFFICE,
  openBureau,
  signed,
  submitted,
} from './support/bureau.ts';

let bureau: Bureau;
let decided: FormRef;
let returned: FormRef;

beforeAll(async () => {
  bureau = await openBureau();
  await bureau.launch();
  decided = await signed(bureau, chainOf('0013'), 2);
  const agree = { verdict: 'agree' as const, opinion: '集体研究通过', meeting };
  must(await reviewForm(bureau.as(OFFICE), { ...decided, ...agree }));
  const back = await signed(bureau, chainOf('0010'));
  const verdict = { verdict: 'return' as const, opinion: '请补充', meeting };
  must(await reviewForm(bureau.as(OFFICE), { ...back, ...verdict }));
  returned = await submitted(bureau, chainOf('0010'));
  const taken = await submitted(bureau, chainOf('0016'));
  must(await withdrawForm(bureau.as('0016'), taken));
  await formOf(bureau, '0016');
});
afterAll(() => bureau?.close());

async function run(statement: string): Promise<void> {
  await bureau.db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx);
    await sql.raw(statement).execute(trx);
  });
}

/** What is found after `change`, which `undo` takes back. */
async function foundAfter(change: string, undo: string): Promise<readonly string[]> {
  await run(change);
  const report = await verifySteps(bureau.db);
  await run(undo);
  return report.ok ? [] : report.findings.map(auditFindingText);
}

/** Of the register; what the database computes itself cannot be put back. */
const columns = `id, register_number, cycle_id, procedure_id, version, ordinal, person_code, post_names,
  level, department_code, unit_code, risk_type, content, manifestation_picks, manifestation, existence,
  measures, registered_at`;

const differs = '与审计链上的记录不符';

describe('verifySteps', () => {
  test('untouched rows agree with the audit', async () => {
    const report = await verifySteps(bureau.db);
    expect(report.ok ? [] : report.findings.map(auditFindingText)).toEqual([]);
    expect(report).toMatchObject({ procedures: expect.any(Number) });
  });

  test.each([
    ['opinion', `opinion = '不同意'`, `opinion = '同意'`, 2, '意见'],
    ['actor', `actor_code = '0005'`, `actor_code = '0012'`, 2, '办理人'],
    ['step', `step_id = 'x'`, `step_id = 'groupDecision'`, 4, '环节'],
  ])('a changed %s of a step', async (_name, change, undo, seq, part) => {
    const where = `where procedure_id = '${decided.procedureId}' and seq = ${seq}`;
    const found = await foundAfter(
      `update step_event set ${change} ${where}`,
      `update step_event set ${undo} ${where}`,
    );
    const row = `办理记录（procedure:${decided.procedureId}）第 ${seq} 条`;
    expect(found).toContain(`${row}的“${part}”：${differs}`);
  });

  test.each([
    ['day', `held_on = '2026-09-20'`, `held_on = '2026-09-21'`, '会议日期'],
    ['attendee', `attendees = '{0001,0002,0023}'`, `attendees = '{0001,0002,0004}'`, '出席人员'],
    ['result', `result = 'returned'`, `result = 'passed'`, '会议结果'],
    ['recorder', `recorded_by = '0005'`, `recorded_by = '0007'`, '会议记录人'],
  ])('a changed %s of a meeting', async (_name, change, undo, part) => {
    const where = `where procedure_id = '${decided.procedureId}'`;
    const found = await foundAfter(
      `update meeting_record set ${change} ${where}`,
      `update meeting_record set ${undo} ${where}`,
    );
    expect(found).toEqual([
      `办理记录（procedure:${decided.procedureId}）第 4 条的“${part}”：${differs}`,
    ]);
  });

  test.each([
    ['number', `register_number = 'FX-QLSF-2026-0009'`, 'register_number', '登记编号'],
    ['content', `content = '无'`, 'content', '风险内容'],
    ['manifestation', `manifestation = '无'`, 'manifestation', '表现形式'],
    ['pick', `manifestation_picks = '{}'`, 'manifestation_picks', '常见表现形式'],
    ['type', `risk_type = 'environment'`, 'risk_type', '风险类型'],
    ['existence', `existence = 'present'`, 'existence', '存在情况'],
    ['measure', `measures = '无'`, 'measures', '防控措施'],
    ['author', `person_code = '0014'`, 'person_code', '填报人'],
  ])('a changed %s in the register', async (_name, change, column, part) => {
    const where = `where procedure_id = '${decided.procedureId}' and ordinal = 2`;
    await run(`create table kept as select * from risk_point ${where}`);
    const found = await foundAfter(
      `update risk_point set ${change} ${where}`,
      `update risk_point set ${column} = kept.${column} from kept where risk_point.id = kept.id`,
    );
    await run('drop table kept');
    expect(found).toEqual([
      `登记册（procedure:${decided.procedureId}）第 2 个风险点的“${part}”：${differs}`,
    ]);
  });

  test('a deleted and an invented step, a deleted and an invented point, an invented meeting', async () => {
    const id = decided.procedureId;
    const of = `where procedure_id = '${id}'`;
    await run(`create table steps as select * from step_event ${of} and seq = 3`);
    expect(
      await foundAfter(
        `delete from step_event ${of} and seq = 3`,
        'insert into step_event select * from steps',
      ),
    ).toEqual([expect.stringMatching(/^第 \d+ 条记录.*所记的办理记录：缺失$/)]);
    expect(
      await foundAfter(
        `insert into step_event select procedure_id, 9, 'x', action, actor_code, capacity, opinion,
         version, meeting_id, at from steps`,
        `delete from step_event ${of} and seq = 9`,
      ),
    ).toEqual([`办理记录（procedure:${id}）第 9 条：多余，链上没有对应的记录`]);
    await run(`create table points as select * from risk_point ${of} and ordinal = 1`);
    expect(
      await foundAfter(
        `delete from risk_point ${of} and ordinal = 1`,
        `insert into risk_point (${columns}) select ${columns} from points`,
      ),
    ).toEqual([`登记册（procedure:${id}）第 1 个风险点：缺失`]);
    expect(
      await foundAfter(
        `update points set id = gen_random_uuid(), ordinal = 3, register_number = 'FX-9';
         insert into risk_point (${columns}) select ${columns} from points`,
        `delete from risk_point ${of} and ordinal = 3`,
      ),
    ).toEqual([`登记册（procedure:${id}）第 3 个风险点：多余，链上没有对应的记录`]);
    expect(
      await foundAfter(
        `insert into meeting_record select gen_random_uuid(), procedure_id, held_on, attendees,
         result, '0023', recorded_at from meeting_record ${of}`,
        `delete from meeting_record ${of} and recorded_by = '0023'`,
      ),
    ).toEqual([`会议记录（procedure:${id}）：多余，链上没有对应的记录`]);
    await run('drop table steps, points');
  });

  test('an erased opinion proves nothing any more, other changes are still found', async () => {
    const subject = `procedure:${returned.procedureId}`;
    must(await eraseAuditFields(bureau.admin(), { subject, field: 'opinion' }));
    const of = `where procedure_id = '${returned.procedureId}' and action = 'returned'`;
    expect(
      await foundAfter(
        `update step_event set opinion = '另写' ${of}`,
        `update step_event set opinion = '请补充' ${of}`,
      ),
    ).toEqual([]);
    expect(
      await foundAfter(
        `update step_event set actor_code = '0005' ${of}`,
        `update step_event set actor_code = '0007' ${of}`,
      ),
    ).toEqual([expect.stringContaining('办理人')]);
    must(await eraseAuditFields(bureau.admin(), { subject }));
    expect(
      await foundAfter(
        `update step_event set actor_code = '0005' ${of}`,
        `update step_event set actor_code = '0007' ${of}`,
      ),
    ).toEqual([]);
  });
});
