/** Cards that use every component of Card JSON 2.0, for the test of the page. */

const plain = (content: string) => ({ tag: 'plain_text', content });
const callback = (value: object) => [{ type: 'callback', value }];

export const hostileText =
  '<img src=x onerror="window.broken=1"><script>window.broken=1</script> [点我](javascript:alert(1)) &#42;&#42;不是粗体&#42;&#42; &#60;at id=all&#62;';

const taskTable = {
  tag: 'table',
  page_size: 2,
  columns: [
    { name: 'name', display_name: '风险点', data_type: 'text' },
    { name: 'grade', display_name: '等级', data_type: 'options' },
    { name: 'owner', display_name: '责任人', data_type: 'persons' },
    {
      name: 'sum',
      display_name: '金额',
      data_type: 'number',
      horizontal_align: 'right',
      format: { precision: 2, symbol: '¥', separator: true },
    },
    { name: 'due', display_name: '截止', data_type: 'date' },
  ],
  rows: ['采购验收把关不严', '合同签订前未经审核', '公务用车登记不全'].map((name, index) => ({
    name,
    grade: [{ text: ['一级', '二级', '三级'][index], color: ['red', 'orange', 'blue'][index] }],
    owner: ['ou_wang'],
    sum: 12800.5 * (index + 1),
    due: Date.parse('2026-12-10T00:00:00+08:00'),
  })),
};

export const showcaseCard = {
  schema: '2.0',
  config: { update_multi: true, summary: { content: '廉政风险自查' } },
  header: {
    title: plain('廉政风险自查'),
    subtitle: plain('2026年第三季度'),
    template: 'blue',
    text_tag_list: [
      { tag: 'text_tag', text: plain('进行中'), color: 'turquoise' },
      { tag: 'text_tag', text: plain('待提交'), color: 'orange' },
    ],
    icon: { tag: 'standard_icon', token: 'calendar_outlined', color: 'blue' },
  },
  body: {
    elements: [
      {
        tag: 'markdown',
        content:
          "请于 **2026年12月10日(周四)** 前完成自查,*逾期*将提醒<at id=ou_li></at>。~~旧口径~~已停用,详见[办法全文](https://example.com/a)。<br>当前状态:<text_tag color='green'>正常</text_tag> <font color=red>还有 3 项未填</font> `第12条`\n\n- 岗位职责\n- 权力清单\n    - 审批类\n    - 监督类\n\n1. 填写\n2. 审核\n\n> 风险点须写明表现形式和防控措施。\n\n| 步骤 | 负责人 |\n|---|---|\n| 填写 | <person id='ou_wang' show_name=true show_avatar=true></person> |\n| 审核 | 李建国 |",
      },
      { tag: 'hr' },
      {
        tag: 'div',
        fields: [
          {
            is_short: true,
            text: { tag: 'lark_md', content: '**单位**<br>城东区住房和城乡建设局' },
          },
          { is_short: true, text: { tag: 'lark_md', content: '**截止**<br>2026年12月10日(周四)' } },
        ],
      },
      {
        tag: 'div',
        text: {
          tag: 'plain_text',
          content: '内容仅本人可见',
          text_size: 'notation',
          text_color: 'grey',
        },
        icon: { tag: 'standard_icon', token: 'info_outlined', color: 'grey' },
      },
      {
        tag: 'column_set',
        flex_mode: 'bisect',
        columns: ['已完成 12', '未完成 3'].map((content) => ({
          tag: 'column',
          padding: '8px',
          background_style: 'grey',
          elements: [{ tag: 'markdown', content, text_align: 'center' }],
        })),
      },
      taskTable,
      {
        tag: 'collapsible_panel',
        header: { title: plain('查看填写说明') },
        elements: [{ tag: 'markdown', content: '每个岗位至少填写一个风险点。' }],
      },
      {
        tag: 'interactive_container',
        has_border: true,
        corner_radius: '8px',
        padding: '8px 12px',
        behaviors: callback({ cmd: 'open' }),
        elements: [{ tag: 'markdown', content: '**我的待办** 3 项,点此查看' }],
      },
      {
        tag: 'person_list',
        persons: [{ id: 'ou_wang' }, { id: 'ou_li' }, { id: 'ou_nobody' }],
        drop_invalid_user_id: true,
        show_name: true,
        show_avatar: true,
      },
      { tag: 'person', user_id: 'ou_li', show_name: true },
      { tag: 'img', img_key: 'img_1', alt: plain('流程图') },
      { tag: 'chart', chart_spec: { type: 'bar', title: { text: '各科室完成情况' } } },
      {
        tag: 'column_set',
        flex_mode: 'flow',
        columns: [
          {
            tag: 'column',
            elements: [
              {
                tag: 'button',
                type: 'primary_filled',
                text: plain('填写自查表'),
                behaviors: callback({ cmd: 'fill' }),
              },
            ],
          },
          {
            tag: 'column',
            elements: [
              {
                tag: 'button',
                type: 'danger',
                text: plain('退回'),
                confirm: { title: plain('确认退回'), text: plain('退回后填报人须重新提交。') },
                behaviors: callback({ cmd: 'return' }),
              },
            ],
          },
          {
            tag: 'column',
            elements: [
              {
                tag: 'overflow',
                options: [
                  { text: plain('转交'), value: 'passOn' },
                  { text: plain('刷新'), value: 'refresh' },
                ],
                behaviors: callback({ cmd: 'more' }),
              },
            ],
          },
        ],
      },
    ],
  },
};

const options = [
  { text: plain('一级'), value: 'L1' },
  { text: plain('二级'), value: 'L2' },
  { text: plain('三级'), value: 'L3' },
];

export const formCard = {
  schema: '2.0',
  config: { update_multi: true, enable_forward: false },
  header: { title: plain('填写自查表'), template: 'orange' },
  body: {
    elements: [
      { tag: 'markdown', content: '带 * 的为必填项。' },
      {
        tag: 'form',
        name: 'form_check',
        elements: [
          {
            tag: 'input',
            name: 'risk',
            required: true,
            input_type: 'multiline_text',
            rows: 3,
            max_length: 200,
            label: plain('风险点'),
            placeholder: plain('请写明岗位、环节和表现形式'),
          },
          { tag: 'input', name: 'title', max_length: 50, label: plain('岗位名称') },
          { tag: 'input', name: 'secret', input_type: 'password', label: plain('口令') },
          { tag: 'markdown', content: '风险等级' },
          {
            tag: 'select_static',
            name: 'grade',
            required: true,
            placeholder: plain('请选择等级'),
            options,
          },
          { tag: 'markdown', content: '涉及的权力' },
          {
            tag: 'multi_select_static',
            name: 'powers',
            required: false,
            options: ['审批', '监督', '采购', '用人'].map((text) => ({
              text: plain(text),
              value: text,
            })),
          },
          { tag: 'markdown', content: '责任人' },
          {
            tag: 'select_person',
            name: 'owner',
            options: [{ value: 'ou_wang' }, { value: 'ou_li' }],
          },
          { tag: 'markdown', content: '协同人' },
          {
            tag: 'multi_select_person',
            name: 'others',
            options: [{ value: 'ou_wang' }, { value: 'ou_li' }],
          },
          { tag: 'markdown', content: '完成日期' },
          { tag: 'date_picker', name: 'due' },
          { tag: 'markdown', content: '提醒时间' },
          { tag: 'picker_time', name: 'at', initial_time: '08:30' },
          { tag: 'markdown', content: '会议时间' },
          { tag: 'picker_datetime', name: 'meeting' },
          { tag: 'checker', name: 'agree', text: plain('以上内容属实') },
          {
            tag: 'column_set',
            columns: [
              {
                tag: 'column',
                elements: [
                  {
                    tag: 'button',
                    name: 'submit__1',
                    type: 'primary_filled',
                    text: plain('提交'),
                    form_action_type: 'submit',
                    behaviors: callback({ cmd: 'submit' }),
                  },
                ],
              },
              {
                tag: 'column',
                elements: [
                  {
                    tag: 'button',
                    name: 'reset',
                    text: plain('重置'),
                    form_action_type: 'reset',
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
};

export const hostileCard = {
  schema: '2.0',
  header: { title: plain(hostileText), template: 'red' },
  body: { elements: [{ tag: 'markdown', content: hostileText }] },
};

/** A card as it stands after the form was submitted. */
export const doneCard = {
  schema: '2.0',
  header: { title: plain('自查表已提交'), template: 'green' },
  body: { elements: [{ tag: 'markdown', content: '等待科室负责人审核。' }] },
};
