/** The sentences in which the administrator reads the result of an audit verification. */
import type { AuditFinding, AuditFindingCode, AuditReport } from '../domain/audit-finding.ts';
import { fieldLabels } from './wording.ts';

const faults: Readonly<Record<AuditFindingCode, string>> = {
  malformed: '内容残缺，无法识别',
  notCanonical: '书写形式被改动',
  duplicate: '重复出现',
  outOfOrder: '顺序颠倒',
  gap: '序号不连续，之前有缺失',
  missing: '缺失',
  surplus: '多余，链上没有对应的记录',
  hashMismatch: '内容与链不符',
  subjectMismatch: '所属的链或编号与内容不符',
  commitmentMismatch: '原文与链上的承诺值不符',
  erasureUnrecorded: '已被清除，但没有清除记录',
  erasureUndone: '有清除记录，但原文仍在或已丢失',
  timeMismatch: '时间与链上的记录不符',
  previousMismatch: '与上一个检查点不衔接',
  rootMismatch: '汇总值与所封存的各链不符',
  countMismatch: '所封存的链数不符',
  signatureInvalid: '签名无效',
  keyUnknown: '签名公钥未登记',
  keyUntrusted: '签名公钥不是指定的公钥',
  keyMismatch: '公钥与其编号不符',
  unregistered: '在链上没有登记记录',
  sealedEntryMissing: '所封存的记录已不存在',
  sealedHashMismatch: '所封存的记录已被改写',
  anchorMismatch: '与在外保存的检查点不符或已不存在',
  contentMismatch: '内容与其校验值不符',
  recordMismatch: '与审计链上的记录不符',
  digestMismatch: '文件与其结尾的校验值不符',
};

/** One finding as a sentence that names the place. */
export const auditFindingText = (finding: AuditFinding): string =>
  `${placeText(finding)}：${faults[finding.code]}`;

/** The result of a verification, a line each. */
export function auditReportLines(report: AuditReport): readonly string[] {
  if (!report.ok)
    return [
      `审计校验未通过，发现 ${report.findings.length} 处问题`,
      ...report.findings.map(auditFindingText),
    ];
  const { entries, subjects, checkpoints, erased, unsealed, last } = report;
  const counts = `审计校验通过：${subjects} 条链，${entries} 条记录，${checkpoints} 个检查点，${erased} 项已依规清除`;
  if (last === null) return [counts, '尚无检查点，记录未封存'];
  return [
    counts,
    ...(unsealed > 0 ? [`其中 ${unsealed} 条记录晚于最近的检查点，尚未封存`] : []),
    `最近的检查点：第 ${last.seq} 个，校验值 ${last.hash}（请在系统之外留存）`,
  ];
}

/** What of a step or of a registered point differs. */
const rowFields: Readonly<Record<string, string>> = {
  ...fieldLabels,
  actor: '办理人',
  step: '环节',
  opinion: '意见',
  heldOn: '会议日期',
  attendees: '出席人员',
  recordedBy: '会议记录人',
  collected: '补充意见、备案和回避',
  onBehalfOf: '被代理人',
  to: '接办人',
  addressee: '备案单位',
  receivedOn: '备案日期',
  reference: '备案文号',
  result: '会议结果',
  registerNumber: '登记编号',
  version: '自查表版本',
  person: '填报人',
};

const partText = (field: string | undefined): string =>
  field === undefined ? '' : `的“${rowFields[field] ?? '其他内容'}”`;

function placeText(finding: AuditFinding): string {
  const { place, subject, seq, field, checkpoint, keyId } = finding;
  const chain = subject === undefined ? '' : `（${subject}）`;
  const entry = seq === undefined ? `记录${chain}` : `第 ${seq} 条记录${chain}`;
  const point = checkpoint === undefined ? '检查点' : `第 ${checkpoint} 个检查点`;
  switch (place) {
    case 'entry':
      return entry;
    case 'opening':
      return `${entry}的字段 ${field ?? ''}`;
    case 'head':
      return `链首登记${chain}`;
    case 'checkpoint':
      return subject === undefined ? point : `${point}封存的${entry}`;
    case 'key':
      return `签名公钥 ${keyId ?? ''}`;
    case 'form':
      return `自查表${chain}第 ${seq ?? 0} 版`;
    case 'step':
      return finding.code === 'missing'
        ? `${entry}所记的办理记录`
        : `办理记录${chain}第 ${seq ?? 0} 条${partText(field)}`;
    case 'meeting':
      return `会议记录${chain}`;
    case 'register':
      return `登记册${chain}第 ${seq ?? 0} 个风险点${partText(field)}`;
    case 'bundle':
      return `导出文件第 ${seq ?? 0} 行`;
  }
}
