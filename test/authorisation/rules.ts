/** The rules that allow or withhold something, in own words; every cell of the matrix cites one. */
export const rules = {
  'ORG-07':
    '由现任的负责人和分管领导办理；卸任后不再办理。 Whoever holds the role now acts, nobody who held it before.',
  'ORG-09': '纪检监察监督检查全过程。 The discipline inspection looks into everything.',
  'ORG-10':
    '领导小组办公室是发起、登记和备案的机构。 The leading group’s office launches, records and files.',
  'ORG-11':
    '各领导小组（办公室）只管本单位发起的工作。 A leading group answers for what its own unit launched.',
  'ORG-21':
    '一岗双责：领导看得到职权范围内的进展。 Every leader sees how the whole own scope stands.',
  'ORG-29': '填写内容和意见只供办理人员查看。 What was written is for those who handle it.',
  'CTRL-29': '审定后的风险点登记在册，按职权范围查看。 The register is read within the own scope.',
  'PLAN-01': '一个单位按一个方案一次只开展一轮工作。 One cycle of a scheme at a time in a unit.',
  'PLAN-32':
    '逾期上报到待办理人的上级。 A late step is told to the superiors of those it waits for.',
  'RISK-06': '每人收到并填写自己的自查表。 Everybody is given and fills the own form.',
  'RISK-12':
    '科室负责人和分管领导先后签署意见。 Head and leader in charge sign one after the other.',
  'RISK-13': '集体会议审定，由办公室登记。 A meeting decides; its office records it.',
  'RISK-14': '审定之后不再变动；未到时间、已经结束的不办理。 A decided version is locked.',
  'RISK-45':
    '可以退回；历次版本和签署全部留存，签署人可以回看。 Returned forms come back, signatures stay and their signers see them.',
} as const;

export type Rule = keyof typeof rules;
