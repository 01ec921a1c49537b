// Written by `npm run schema` from the migrated database; `npm run check` proves that it is current.
import type { Generated, GeneratedAlways } from 'kysely'

export type Json = unknown

export interface MerchantSchema {
  accountant_month: {
    partner_id: number
    company_id: number
    month: string
    state: Generated<string>
    parts: Generated<number>
    cursor: string | null
    attempts: Generated<number>
    not_before: Generated<string>
    lease_until: string | null
    answer: string | null
    at: Generated<string>
  }
  ad_spend: {
    account_id: number
    sku: string
    day: string
    centavos: number
  }
  allocation: {
    receivable_id: number
    settlement_line_id: number | null
    contract_id: number | null
    centavos: number
    difference: Generated<number>
    day: string
    kind: string
    rule: string
    actor_id: number | null
    at: Generated<string>
    undone_at: string | null
  }
  anticipation_contract: {
    id: GeneratedAlways<number>
    credit_line_id: number | null
    account_id: number
    creditor: string
    external_id: string | null
    bank_account_id: number | null
    discount: string
    monthly_rate: string
    recourse: boolean
    agreed_on: string
    nominal: number
    received: number
    iof: Generated<number>
    tariff: Generated<number>
    cet_monthly: string | null
    cet_yearly: string | null
    state: Generated<string>
    cancelled_at: string | null
    created_at: Generated<string>
    created_by: number | null
  }
  attendance: {
    id: GeneratedAlways<number>
    person_id: number
    station_id: number | null
    shift_id: number | null
    began_at: Generated<string>
    ended_at: string | null
  }
  balance_day: {
    account_id: number
    day: string
    received: number
    paid: number
  }
  bank_account: {
    id: GeneratedAlways<number>
    company_id: number | null
    name: string
    bank: string
    branch: Generated<string>
    number: string
    opening: Generated<number>
    opened_on: string
    active: Generated<boolean>
  }
  bank_line: {
    id: GeneratedAlways<number>
    bank_account_id: number
    statement_id: number
    row: number
    day: string
    hash: string
    occurrence: number
    amount: number
    kind: string
    memo: string
    fitid: Generated<string>
    document: string | null
    counterpart_name: string | null
    counterpart_document: string | null
    end_to_end: string | null
    at: string | null
  }
  bank_line_balance: {
    bank_line_id: number
    bank_account_id: number
    whole: number
    explained: Generated<number>
  }
  bank_match: {
    id: GeneratedAlways<number>
    run: number
    bank_line_id: number
    centavos: number
    kind: string
    settlement_line_id: number | null
    payable_id: number | null
    other_line_id: number | null
    rule_id: number | null
    contract_id: number | null
    ledger_code: string | null
    found_by: string
    score: string | null
    lead: string | null
    evidence: Json | null
    day: string
    at: Generated<string>
    actor_id: number | null
    undone_at: string | null
    fee: Generated<number>
  }
  bank_rule: {
    id: GeneratedAlways<number>
    name: string
    bank_account_id: number | null
    words: string
    direction: Generated<string>
    least: number | null
    most: number | null
    ledger_code: string
    ledger_name: string
    automatic: Generated<boolean>
    active: Generated<boolean>
    used: Generated<number>
  }
  bank_statement: {
    id: GeneratedAlways<number>
    bank_account_id: number
    file_id: number | null
    format: string
    from_day: string
    until_day: string
    opening: number | null
    closing: number | null
    lines: number
    fresh: number
    at: Generated<string>
  }
  barcode: {
    code: string
    product_id: number
    units: Generated<number>
  }
  carrier: {
    id: GeneratedAlways<number>
    code: string
    name: string
    cnpj: string | null
    active: Generated<boolean>
  }
  carrier_cut_off: {
    carrier_id: number
    weekday: number
    cut_off: string
  }
  cart: {
    id: GeneratedAlways<number>
    code: string
    slots: Generated<number>
  }
  carton: {
    id: GeneratedAlways<number>
    code: string
    name: string
    length_mm: number
    width_mm: number
    height_mm: number
    weight_g: number
    max_weight_g: number
    active: Generated<boolean>
  }
  certificate: {
    id: GeneratedAlways<number>
    company_id: number
    holder: string
    cnpj: string
    issuer: string
    serial: string
    valid_from: string
    valid_to: string
    certificate_pem: string
    chain_pem: Generated<string[]>
    sealed_key: Buffer
    uploaded_by: number | null
    uploaded_at: Generated<string>
    retired_at: string | null
  }
  channel_account: {
    id: GeneratedAlways<number>
    code: string
    name: string
    kind: string
    company_id: number | null
    status_max_age_minutes: number | null
    active: Generated<boolean>
    invoice_by: Generated<string>
    intermediary_cnpj: string | null
    intermediary_seller: string | null
  }
  claim: {
    id: GeneratedAlways<number>
    account_id: number
    kind: string
    external_order: string | null
    receivable_id: number | null
    settlement_line_id: number | null
    expected: number
    paid: number
    amount: GeneratedAlways<number>
    booked: Generated<boolean>
    state: Generated<string>
    version: Generated<number>
    deadline: string
    note: string | null
    protocol: string | null
    opened_at: Generated<string>
    updated_at: Generated<string>
  }
  class_trib: {
    code: string
    cst: string
    description: string
    ibs_reduction: Generated<string>
    cbs_reduction: Generated<string>
  }
  column_mapping: {
    id: GeneratedAlways<number>
    name: string
    mapping: Json
    updated_at: Generated<string>
  }
  command_key: {
    key: string
    endpoint: string
    input_hash: string
    answer: Json | null
    at: Generated<string>
  }
  company: {
    id: GeneratedAlways<number>
    cnpj: string
    legal_name: string
    trade_name: string
    state_registration: string | null
    address: Generated<Json>
    crt: number | null
    ibge: string | null
    phone: string | null
    email: string | null
    environment: Generated<string>
    sefaz_base: string | null
    sefaz_ca: string | null
    connections: Generated<number>
    answer_seconds: Generated<number>
    ready_at: string | null
  }
  contract_line: {
    settlement_line_id: number
    contract_id: number
    receivable_id: number | null
    kind: string
    at: Generated<string>
  }
  cost: {
    product_id: number
    supplier_id: number
    since: string
    unit_cost: string
  }
  cost_cursor: {
    only_row: Generated<boolean>
    stock_move_id: Generated<number>
  }
  cost_move: {
    id: GeneratedAlways<number>
    product_id: number
    stock_move_id: number | null
    kind: string
    quantity: number
    value: number
    uncosted: Generated<number>
    order_id: number | null
    supplier_id: number | null
    day: string
    late_cost_id: number | null
  }
  count_request: {
    id: GeneratedAlways<number>
    product_id: number
    place_id: number
    reason: string
    requested_by: number | null
    requested_at: Generated<string>
    counted_at: string | null
    counted_by: number | null
    counted: number | null
  }
  credit_line: {
    id: GeneratedAlways<number>
    name: string
    kind: string
    account_id: number | null
    discount: string | null
    monthly_rate: string
    instalments: number | null
    tariff: Generated<number>
    regime: string | null
    most: number | null
    recourse: Generated<boolean>
    active: Generated<boolean>
  }
  customer: {
    id: GeneratedAlways<number>
    kind: string
    document: string | null
    name: string
    email: string | null
    phone: string | null
    created_at: Generated<string>
    updated_at: Generated<string>
    ie: string | null
  }
  customer_identity: {
    account_id: number
    external_id: string
    customer_id: number
  }
  dist_cursor: {
    company_id: number
    environment: string
    last_nsu: Generated<number>
    max_nsu: Generated<number>
    next_at: Generated<string>
    asked_at: string | null
    answered_at: string | null
    status_code: number | null
    status_text: string | null
    abuses: Generated<number>
  }
  fee_band: {
    policy_id: number
    from_price: number
    commission_rate: string
    fixed_fee: Generated<number>
  }
  fee_policy: {
    id: GeneratedAlways<number>
    account_id: number
    method: string | null
    from_instalments: Generated<number>
    valid_from: string
    state: Generated<string>
    source: Generated<string>
    payment_rate: Generated<string>
    tax_withheld_rate: Generated<string>
    tax_split_rate: Generated<string>
    freight_share: Generated<string>
    coupon_share: Generated<string>
    release_after: string
    release_days: number
    transit_days: Generated<number>
    instalment_days: number | null
    acquirer: string | null
    arrangement: string | null
    note: string | null
    basis: Json | null
    actor_id: number | null
    created_at: Generated<string>
    decided_at: string | null
  }
  freight_term: {
    account_id: number
    from_price: number
    valid_from: string
    centavos: number
  }
  handover: {
    shipment_id: number | null
    order_id: number | null
    fulfilment: string | null
    covered: boolean | null
    commercial: string | null
    carrier_id: number | null
    deadline: string | null
    dispatch_by: string | null
  }
  import_file: {
    id: GeneratedAlways<number>
    kind: string
    name: string
    format: string
    state: Generated<string>
    account_id: number | null
    columns: Generated<Json>
    notices: Generated<Json>
    mapping: Generated<Json>
    failure: string | null
    created_at: Generated<string>
    created_by: number | null
    finished_at: string | null
  }
  import_row: {
    import_id: number
    row: number
    raw: Json
    group_key: Generated<string>
    state: Generated<string>
    faults: Generated<Json>
  }
  iof_rate: {
    regime: string
    valid_from: string
    flat: string
    daily: string
    longest_days: Generated<number>
    note: string | null
  }
  kept_phase: {
    shipment_id: number
    phase: string
    order_id: number
    left_at: string
    minutes: number
  }
  kept_until: {
    only_row: Generated<boolean>
    until: Generated<number>
    seen: Generated<number>
    seen_before: Generated<number>
  }
  kit_availability: {
    kit_id: number | null
    available: number | null
  }
  kit_component: {
    kit_id: number
    product_id: number
    quantity: number
  }
  kit_margin: {
    order_line_id: number
    product_id: number
    units: number
    revenue: number
    cost: number | null
    margin: number | null
  }
  known_cep: {
    cep: string
    street: string | null
    district: string | null
    city: string
    state: string
  }
  label_print: {
    id: GeneratedAlways<number>
    volume_id: number
    reason: string
    printer_id: number | null
    state: Generated<string>
    failure: string | null
    actor_id: number | null
    station_id: number | null
    at: Generated<string>
  }
  late_cost: {
    id: GeneratedAlways<number>
    receipt_id: number
    what: string
    document: string
    amount: number
    day: string
    at: Generated<string>
    actor_id: number | null
    undone_at: string | null
    undone_by: number | null
  }
  late_cost_part: {
    late_cost_id: number
    product_id: number
    part: string
    order_id: number | null
    units: number
    value: number
  }
  late_forecast: {
    cause: string | null
    shipment_id: number | null
    order_id: number | null
    carrier_id: number | null
    deadline: string | null
    ready_at: string | null
  }
  late_now: {
    kind: string | null
    order_id: number | null
    since: string | null
  }
  ledger_account: {
    id: GeneratedAlways<number>
    code: string
    name: string
    kind: string
    channel_account_id: number | null
    bank_account_id: number | null
    supplier_id: number | null
  }
  line_explanation: {
    id: GeneratedAlways<number>
    line_id: number
    account_id: number
    said: string
    claim_id: number | null
    claim_was: string | null
    other_line_id: number | null
    beyond: Generated<number>
    receivable_id: number | null
    batch: number
    reason: string
    since: string
    actor_id: number | null
    at: Generated<string>
    undone_at: string | null
  }
  line_margin: {
    order_line_id: number
    order_id: number
    day: string
    account_id: number
    product_id: number | null
    supplier_id: number | null
    listing: string
    kit: Generated<boolean>
    carrier_id: number | null
    state: string | null
    units: number
    goods: Generated<number>
    freight_charged: Generated<number>
    discount: Generated<number>
    refund: Generated<number>
    tax: Generated<number>
    cost: number | null
    commission: Generated<number>
    fixed_fee: Generated<number>
    payment_fee: Generated<number>
    freight_paid: Generated<number>
    packaging: Generated<number>
    ads: Generated<number>
    return_cost: Generated<number>
    margin: GeneratedAlways<number | null>
    predicted: number | null
    settled: Generated<boolean>
  }
  line_prediction: {
    order_line_id: number
    goods: number
    freight_charged: number
    discount: number
    refund: number
    tax: number
    cost: number | null
    commission: number
    fixed_fee: number
    payment_fee: number
    freight_paid: number
    packaging: number
    ads: number
    return_cost: number
  }
  live_allocation: {
    receivable_id: number | null
    settlement_line_id: number | null
    contract_id: number | null
    centavos: number | null
    difference: number | null
    day: string | null
    kind: string | null
    rule: string | null
    actor_id: number | null
    at: string | null
    undone_at: string | null
  }
  manifest: {
    id: GeneratedAlways<number>
    carrier_id: number
    state: Generated<string>
    driver_name: string | null
    driver_document: string | null
    plate: string | null
    opened_at: Generated<string>
    opened_by: number | null
    closed_at: string | null
    closed_by: number | null
  }
  manifest_volume: {
    volume_id: number
    manifest_id: number
    scanned_at: Generated<string>
    scanned_by: number | null
  }
  manifestation: {
    id: GeneratedAlways<number>
    nota_id: number
    kind: string
    sequence: Generated<number>
    reason: string | null
    state: Generated<string>
    bytes: Buffer | null
    answer: Buffer | null
    protocol: string | null
    status_code: number | null
    status_text: string | null
    attempts: Generated<number>
    not_before: Generated<string>
    requested_at: Generated<string>
    requested_by: number | null
    registered_at: string | null
  }
  margin_cursor: {
    only_row: Generated<boolean>
    event_id: Generated<number>
    settlement_line_id: Generated<number>
    cost_move_id: Generated<number>
    allocation_at: Generated<string>
  }
  margin_due: {
    order_id: number
  }
  margin_month: {
    month: string
    account_id: number
    listing: string
    product_id: number | null
    supplier_id: number | null
    kit: boolean
    units: number
    revenue: number
    cost: number
    tax: number
    fees: number
    freight: number
    other: number
    margin: number
    predicted: number
    settled: number
    known: number
    uncosted: number
  }
  margin_month_made: {
    month: string
  }
  margin_month_stale: {
    month: string
    touched_at: Generated<string>
  }
  margin_term: {
    name: string
    valid_from: string
    account_id: number | null
    value: string
  }
  match_experience: {
    field: string
    outcome: string
    together: Generated<string>
    apart: Generated<string>
  }
  match_policy: {
    account_id: number
    fee_tolerance: Generated<string>
    claim_days: Generated<number>
  }
  merchant_time: {
    zone: string | null
  }
  migration: {
    name: string
    applied_at: Generated<string>
  }
  money_file: {
    id: GeneratedAlways<number>
    account_id: number | null
    bank_account_id: number | null
    mapping_id: number | null
    origin: Generated<string>
    name: string
    sha256: string
    bytes: number
    state: Generated<string>
    needs: string | null
    account_sure: Generated<boolean>
    done: Generated<number>
    format: string | null
    lines: number | null
    fresh: number | null
    faults: Generated<Json>
    notices: Generated<Json>
    source_file_id: number | null
    known_id: number | null
    received_at: Generated<string>
    finished_at: string | null
    received_by: number | null
    offers: Json | null
  }
  money_file_part: {
    file_id: number
    part: number
    bytes: Buffer
  }
  money_move: {
    id: GeneratedAlways<number>
    key: string
    from_account: number
    to_account: number
    centavos: number
    kind: string
    day: string
    late_for: string | null
    at: Generated<string>
    reverses_id: number | null
    order_id: number | null
    order_line_id: number | null
    receivable_id: number | null
    payable_id: number | null
    settlement_line_id: number | null
    bank_line_id: number | null
    contract_id: number | null
    actor_id: number | null
  }
  money_period: {
    only_row: Generated<boolean>
    closed_until: Generated<string>
    rolled_id: Generated<number>
  }
  next_cut_off: {
    carrier_id: number | null
    at: string | null
  }
  nota: {
    id: GeneratedAlways<number>
    company_id: number
    environment: string
    origin: Generated<string>
    operation: string
    order_id: number | null
    shipment_id: number | null
    answers_id: number | null
    state: string
    faults: Generated<Json>
    series: number | null
    number: number | null
    numeric_code: string | null
    emission_type: Generated<number>
    key: string | null
    issued_at: string | null
    total: number | null
    recipient: string | null
    document: string | null
    uf: string | null
    due_at: string | null
    request: Json | null
    content: Json | null
    digest: string | null
    protocol: string | null
    authorised_at: string | null
    status_code: number | null
    status_text: string | null
    attempts: Generated<number>
    not_before: Generated<string>
    epec_protocol: string | null
    created_at: Generated<string>
    updated_at: Generated<string>
    created_by: number | null
  }
  nota_delivery: {
    id: GeneratedAlways<number>
    nota_id: number
    partner_id: number
    file: Generated<string>
    key: string
    sha256: string
    state: string
    attempts: Generated<number>
    not_before: Generated<string>
    lease_until: string | null
    due_at: string | null
    remote_id: string | null
    code: string | null
    answer: string | null
    at: Generated<string>
    created_at: Generated<string>
    failing: GeneratedAlways<boolean>
  }
  nota_event: {
    id: GeneratedAlways<number>
    nota_id: number
    kind: string
    sequence: Generated<number>
    state: Generated<string>
    reason: string
    bytes: Buffer | null
    answer: Buffer | null
    protocol: string | null
    status_code: number | null
    status_text: string | null
    attempts: Generated<number>
    not_before: Generated<string>
    requested_at: Generated<string>
    requested_by: number | null
    registered_at: string | null
  }
  nota_file: {
    nota_id: number
    kind: string
    bytes: Buffer
    sha256: string
    at: Generated<string>
  }
  nota_gap: {
    id: GeneratedAlways<number>
    company_id: number
    environment: string
    series: number
    first_number: number
    last_number: number
    cause: string
    state: Generated<string>
    reason: string | null
    bytes: Buffer | null
    answer: Buffer | null
    protocol: string | null
    status_code: number | null
    status_text: string | null
    attempts: Generated<number>
    not_before: Generated<string>
    found_at: Generated<string>
    approved_by: number | null
  }
  nota_question: {
    id: GeneratedAlways<number>
    company_id: number
    environment: string
    key: string
    state: Generated<string>
    status_code: number | null
    status_text: string | null
    not_before: Generated<string>
    asked_at: string | null
    requested_at: Generated<string>
    requested_by: number | null
  }
  nota_series: {
    id: GeneratedAlways<number>
    company_id: number
    environment: string
    series: number
    next_number: Generated<number>
    in_use: Generated<boolean>
  }
  open_line: {
    line_id: number
    account_id: number
    reason: string
    since: Generated<string>
    external_order: string | null
    payment_ref: string | null
    instalment: number
    net: number
    approved_on: string | null
    paid_on: string
  }
  open_payable: {
    payable: number | null
    day: string | null
    centavos: number | null
    kind: string | null
    bought: string | null
    supplier: number | null
    beneficiary: string | null
    purchase: number | null
    state: string | null
  }
  open_task: {
    id: number | null
    trip_id: number | null
    shipment_id: number | null
    shipment_line_id: number | null
    product_id: number | null
    place_id: number | null
    quantity: number | null
    picked: number | null
    position: number | null
    state: string | null
    remaining: number | null
    commercial: string | null
  }
  order_charge: {
    id: GeneratedAlways<number>
    order_id: number
    kind: string
    source: Generated<string>
    amount: number
  }
  order_event: {
    id: GeneratedAlways<number>
    order_id: number
    shipment_id: number | null
    operation: string
    at: Generated<string>
    actor_id: number | null
    actor_name: string
    station_id: number | null
    commercial: string | null
    payment: string | null
    fiscal: string | null
    fulfilment: string | null
    facts: Generated<Json>
  }
  order_line: {
    id: GeneratedAlways<number>
    order_id: number
    external_id: string
    sku: string
    name: string
    product_id: number | null
    quantity: number
    cancelled: Generated<number>
    unit_price: number
    discount: Generated<number>
  }
  order_payment: {
    id: GeneratedAlways<number>
    order_id: number
    position: number
    method: string
    installments: Generated<number>
    amount: number
    reference: string | null
  }
  order_snapshot: {
    order_id: number
    version: number
    raw: Json
    received_at: Generated<string>
  }
  partner: {
    id: GeneratedAlways<number>
    kind: string
    name: string
    account_id: number | null
    company_id: number | null
    settings: Generated<Json>
    secrets: Buffer | null
    token_expires_at: string | null
    renewing_until: string | null
    active: Generated<boolean>
    next_slot: Generated<string>
    paused_until: string | null
    problem: string | null
    failures: Generated<number>
    test_state: string | null
    test_words: string | null
    tested_at: string | null
    created_at: Generated<string>
  }
  payable: {
    id: GeneratedAlways<number>
    key: string | null
    kind: string
    company_id: number | null
    supplier_id: number | null
    beneficiary: string
    document: string | null
    description: Generated<string>
    number: string | null
    received_nota_id: number | null
    recurrence_id: number | null
    instalment: Generated<number>
    issued_on: string | null
    due_on: string
    amount: number
    goods: Generated<number>
    discount_until: string | null
    discount: Generated<number>
    method: Generated<string>
    barcode: string | null
    pix_key: string | null
    bank_details: Json | null
    state: Generated<string>
    typed_by: number | null
    approved_at: string | null
    approved_by: number | null
    paid: number | null
    paid_on: string | null
    paid_by: string | null
    bank_account_id: number | null
    bank_line_id: number | null
    cancelled_reason: string | null
    attention: string | null
    by_hand: Generated<boolean>
    owed_on: string | null
    owed_times: Generated<number>
    paid_times: Generated<number>
    created_at: Generated<string>
    created_by: number | null
  }
  payable_event: {
    id: GeneratedAlways<number>
    payable_id: number
    kind: string
    details: Generated<Json>
    at: Generated<string>
    actor_id: number | null
  }
  payment_agreement: {
    bank_account_id: number
    agreement: string
    bank_name: string
    branch: string
    branch_digit: Generated<string>
    account: string
    account_digit: string
    versions: Generated<Json>
    last_sequence: Generated<number>
  }
  period_closing: {
    closed_until: string
    actor_id: number | null
    at: Generated<string>
  }
  person: {
    id: GeneratedAlways<number>
    name: string
    badge: string | null
    pin_hash: string | null
    roles: Generated<string[]>
    shift_id: number | null
    active: Generated<boolean>
    created_at: Generated<string>
  }
  phase_now: {
    shipment_id: number | null
    order_id: number | null
    phase: string | null
    since: string | null
    fulfilment: string | null
    covered: boolean | null
  }
  phase_queue: {
    phase: string | null
    shipments: number | null
    oldest: string | null
    without_stock: number | null
  }
  phase_time: {
    shipment_id: number | null
    order_id: number | null
    phase: string | null
    entered_at: string | null
    left_at: string | null
    minutes: number | null
  }
  pick_pack_line: {
    shipment_id: number | null
    order_id: number | null
    carrier_id: number | null
    deadline: string | null
    ready_at: string | null
  }
  pick_task: {
    id: GeneratedAlways<number>
    trip_id: number
    shipment_id: number
    shipment_line_id: number
    product_id: number
    place_id: number
    quantity: number
    picked: Generated<number>
    position: number
    state: Generated<string>
  }
  place: {
    id: GeneratedAlways<number>
    code: string
    kind: string
    warehouse_id: number | null
    aisle: number | null
    bay: number | null
    level: number | null
    sequence: Generated<number>
    capacity_units: number | null
    active: Generated<boolean>
    sellable: GeneratedAlways<boolean>
    outside: GeneratedAlways<boolean>
  }
  printer: {
    id: GeneratedAlways<number>
    name: string
    kind: string
    language: Generated<string>
    host: string | null
    port: Generated<number | null>
    dpi: Generated<number>
  }
  product: {
    id: GeneratedAlways<number>
    sku: string
    name: string
    kind: Generated<string>
    category: string | null
    weight_g: number | null
    length_mm: number | null
    width_mm: number | null
    height_mm: number | null
    supplier_id: number | null
    active: Generated<boolean>
    created_at: Generated<string>
    updated_at: Generated<string>
  }
  product_availability: {
    product_id: number | null
    sellable: number | null
    reserved: number | null
    free: number | null
  }
  product_fiscal: {
    product_id: number
    ncm: string | null
    cest: string | null
    origin: number | null
    gtin: string | null
    unit: Generated<string>
    class_trib: string | null
    benefit_code: string | null
    tax_group: Generated<string>
    updated_at: Generated<string>
  }
  product_picture: {
    product_id: number
    content_type: string
    bytes: Buffer
  }
  product_stock: {
    product_id: number
    sellable: Generated<number>
    reserved: Generated<number>
  }
  put_back: {
    id: GeneratedAlways<number>
    shipment_id: number
    product_id: number
    from_place: number
    quantity: number
    created_at: Generated<string>
    done_at: string | null
    done_by: number | null
    to_place: number | null
  }
  receipt: {
    id: GeneratedAlways<number>
    supplier_id: number | null
    reference: string | null
    state: Generated<string>
    opened_at: Generated<string>
    opened_by: number | null
    closed_at: string | null
  }
  receipt_line: {
    receipt_id: number
    product_id: number
    expected: number | null
    counted: Generated<number>
    put_away: Generated<number>
  }
  receivable: {
    id: GeneratedAlways<number>
    account_id: number
    order_id: number | null
    external_order: string | null
    payment_ref: string | null
    payment: Generated<number>
    instalment: Generated<number>
    approved_on: string
    predicted_on: string
    firm_on: string | null
    announced_on: string | null
    due_on: GeneratedAlways<string>
    unit_id: number | null
  }
  receivable_announcement: {
    receivable_id: number
    settlement_line_id: number
    announced_on: string
  }
  receivable_balance: {
    receivable_id: number
    nominal: number
    allocated: Generated<number>
    actual_on: string | null
  }
  receivable_change: {
    receivable_id: number
    version: number
    kind: string
    nominal: number
    at: Generated<string>
  }
  receivable_cursor: {
    only_row: Generated<boolean>
    event_id: Generated<number>
    estimated_on: Generated<string>
  }
  receivable_taking: {
    settlement_line_id: number
    receivable_id: number
    centavos: number
  }
  receivable_terms: {
    receivable_id: number
    policy_id: number | null
    gross: number
    commission: Generated<number>
    fixed_fee: Generated<number>
    payment_fee: Generated<number>
    freight: Generated<number>
    coupon: Generated<number>
    tax_withheld: Generated<number>
    tax_split: Generated<number>
    other_fee: Generated<number>
    owed_back: Generated<number>
    taken_back: Generated<number>
    delivered: Generated<boolean>
    version: Generated<number>
    fiscal_key: string | null
  }
  receivable_unit: {
    id: GeneratedAlways<number>
    holder: string
    acquirer: string
    arrangement: string
    due_on: string
  }
  received_document: {
    id: GeneratedAlways<number>
    company_id: number
    environment: string
    nsu: number | null
    schema: string
    bytes: Buffer
    sha256: string
    key: string | null
    event: string | null
    state: Generated<string>
    reason: string | null
    received_at: Generated<string>
    received_by: number | null
  }
  received_item: {
    nota_id: number
    position: number
    supplier_code: string
    gtin: string | null
    name: string
    ncm: string
    cfop: string
    unit: string
    quantity: string
    unit_price: string
    gross: number
    landed: number
    taxed_gtin: string | null
    taxed_quantity: string | null
    product_id: number | null
    units: string | null
    matched_by: string | null
    no_stock: Generated<boolean>
  }
  received_nota: {
    id: GeneratedAlways<number>
    company_id: number
    environment: string
    key: string
    supplier_document: string
    supplier_name: string
    supplier_id: number | null
    series: number
    number: number
    nature: string | null
    direction: Generated<number>
    issued_at: string
    total: number
    state: string
    manifestation: Generated<string>
    instalments: Generated<Json>
    digest: string | null
    protocol: string | null
    authorised_at: string | null
    cancelled_at: string | null
    document_id: number | null
    receipt_id: number | null
    first_seen_at: Generated<string>
    completed_at: string | null
  }
  recurrence: {
    id: GeneratedAlways<number>
    kind: string
    beneficiary: string
    document: string | null
    supplier_id: number | null
    description: string
    company_id: number | null
    amount: number
    method: Generated<string>
    pix_key: string | null
    bank_details: Json | null
    month_day: number
    every_months: Generated<number>
    next_due: string
    until: string | null
    active: Generated<boolean>
    created_at: Generated<string>
    created_by: number | null
  }
  reform_duty: {
    crt: number
    since: string
    required: boolean
  }
  reform_rate: {
    since: string
    ibs_uf: string | null
    ibs_mun: string | null
    cbs: string | null
    source: string
  }
  refused_scan: {
    id: GeneratedAlways<number>
    step: string
    code: string
    shipment_id: number | null
    person_id: number | null
    station_id: number | null
    facts: Generated<Json>
    at: Generated<string>
  }
  remittance: {
    id: GeneratedAlways<number>
    bank_account_id: number
    sequence: number
    name: string
    bytes: Buffer
    total: number
    written_at: Generated<string>
    written_by: number | null
  }
  remittance_item: {
    remittance_id: number
    position: number
    payable_id: number
    amount: number
    pay_on: string
    number: string
    outcome: string | null
    answer: string | null
    answered_at: string | null
    paid_on: string | null
  }
  report_source: {
    account_id: number
    kind: string
    address: string
    settings: Generated<Json>
    secrets: Buffer
    active: Generated<boolean>
    cursor: string | null
    asking_until: string | null
    next_at: Generated<string>
    asked_at: string | null
    answered_at: string | null
    file_at: string | null
    fault: string | null
    faults_in_a_row: Generated<number>
    created_at: Generated<string>
  }
  sales_order: {
    id: GeneratedAlways<number>
    account_id: number
    external_id: string
    version: number
    customer_id: number
    placed_at: string
    approved_at: string | null
    promised_at: string | null
    dispatch_by: string | null
    carrier_id: number | null
    priority: Generated<number>
    fulfilment_by: Generated<string>
    commercial: string
    payment: string
    hold_reason: string | null
    ship_to: Json
    total: number
    channel_checked_at: string | null
    created_at: Generated<string>
    updated_at: Generated<string>
  }
  scenario: {
    id: GeneratedAlways<number>
    name: string
    steps: Generated<Json>
    created_at: Generated<string>
    created_by: number | null
    updated_at: Generated<string>
  }
  schema_package: {
    id: GeneratedAlways<number>
    name: string
    since: string
    bytes: Buffer
    sha256: string
    uploaded_by: number | null
    uploaded_at: Generated<string>
  }
  sefaz_call: {
    id: GeneratedAlways<number>
    company_id: number
    authoriser: string
    service: string
    key: string | null
    began_at: Generated<string>
    ms: number | null
    outcome: string | null
    status_code: number | null
  }
  sefaz_state: {
    company_id: number
    stopped_until: string | null
    stopped_because: string | null
    failures: Generated<number>
    failing_since: string | null
    mode: Generated<string>
    mode_since: string | null
    mode_reason: string | null
    probed_at: string | null
  }
  setting: {
    name: string
    value: Json
  }
  settlement_line: {
    id: GeneratedAlways<number>
    account_id: number
    file_id: number
    row: number
    day: string
    hash: string
    occurrence: number
    kind: string
    word: string
    external_order: string | null
    payment_ref: string | null
    reference: string | null
    batch: string | null
    external_line: string | null
    sku: string | null
    instalment: Generated<number>
    gross: number
    commission: number
    fixed_fee: number
    payment_fee: number
    freight: number
    coupon: number
    tax: number
    other_fee: number
    net: number
    approved_on: string | null
    release_on: string | null
    paid_on: string | null
    payout_id: string | null
    original_due: string | null
    share_of: number | null
  }
  shared_line: {
    line_id: number
    net: number
    given: number
  }
  shift: {
    id: GeneratedAlways<number>
    name: string
    starts_at: string
    ends_at: string
  }
  shipment: {
    id: GeneratedAlways<number>
    order_id: number
    number: number
    fulfilment: Generated<string>
    since: Generated<string>
    carrier_id: number | null
    covered: Generated<boolean>
    tracking_code: string | null
    fiscal: Generated<string>
  }
  shipment_line: {
    id: GeneratedAlways<number>
    shipment_id: number
    order_line_id: number
    product_id: number
    quantity: number
    reserved: Generated<number>
    picked: Generated<number>
    checked: Generated<number>
  }
  sku_mapping: {
    account_id: number
    sku: string
    product_id: number
    mapped_by: number | null
    mapped_at: Generated<string>
  }
  source_file: {
    id: GeneratedAlways<number>
    account_id: number
    sha256: string
    name: string
    format: string
    lines: number
    fresh: number
    credit: number
    debit: number
    actor_id: number | null
    at: Generated<string>
    opening: number | null
    closing: number | null
    first_on: string | null
    last_on: string | null
    told_at: string | null
  }
  state_rate: {
    uf: string
    since: string
    internal_rate: string
    fcp_rate: Generated<string>
    difal_base: Generated<string>
    confirmed_at: string | null
    confirmed_by: number | null
  }
  station: {
    id: GeneratedAlways<number>
    name: string
    kind: string
    printer_id: number | null
    pairing_hash: string | null
    pairing_until: string | null
    paired_at: string | null
  }
  stock_layer: {
    product_id: number
    position: number
    receipt: string
    quantity: number
    value: number
  }
  stock_level: {
    product_id: number
    place_id: number
    quantity: number
    allocated: Generated<number>
  }
  stock_method: {
    valid_from: string
    method: string
    set_at: Generated<string>
    set_by: number | null
  }
  stock_move: {
    id: GeneratedAlways<number>
    product_id: number
    from_place: number
    to_place: number
    quantity: number
    reason: string
    ref_kind: string | null
    ref_id: number | null
    note: string | null
    actor_id: number | null
    station_id: number | null
    at: Generated<string>
    key: string
  }
  stock_value: {
    product_id: number
    quantity: Generated<number>
    value: Generated<number>
  }
  supplier: {
    id: GeneratedAlways<number>
    name: string
    cnpj: string | null
    lead_time_days: number | null
  }
  supplier_item: {
    supplier_document: string
    supplier_code: string
    unit: string
    product_id: number | null
    units: string | null
    no_stock: Generated<boolean>
    learnt_at: Generated<string>
    learnt_by: number | null
  }
  supplier_terms: {
    supplier_id: number
    days: Generated<number[]>
    method: Generated<string>
    pix_key: string | null
    bank_details: Json | null
    saved_by: number | null
  }
  tax_rule: {
    id: GeneratedAlways<number>
    operation: string
    crt: number | null
    origin_uf: string | null
    destination_uf: string | null
    interstate: boolean | null
    buyer: string | null
    tax_group: string | null
    since: string
    until: string | null
    rule: Json
    note: string | null
    confirmed_at: string | null
    confirmed_by: number | null
    withdrawn_at: string | null
    created_at: Generated<string>
    created_by: number | null
  }
  told_again: {
    settlement_line_id: number
    first_id: number
  }
  tracking_event: {
    id: GeneratedAlways<number>
    shipment_id: number
    status: string
    description: string | null
    at: string
    received_at: Generated<string>
  }
  trip: {
    id: GeneratedAlways<number>
    wave_id: number
    method: string
    state: Generated<string>
    cut_off: string | null
    priority: Generated<number>
    cart_id: number | null
    picker_id: number | null
    started_at: string | null
    ended_at: string | null
  }
  trip_tote: {
    trip_id: number
    slot: number
    shipment_id: number | null
    tote_id: number | null
    full_at: string | null
  }
  unit_effect: {
    id: GeneratedAlways<number>
    unit_id: number
    contract_id: number | null
    kind: string
    priority: Generated<number>
    amount: number
    at: Generated<string>
    ended_at: string | null
  }
  volume: {
    id: GeneratedAlways<number>
    shipment_id: number
    number: number
    code: string
    carton_id: number | null
    weight_g: number | null
    expected_weight_g: number | null
    opened_at: Generated<string>
    closed_at: string | null
    voided_at: string | null
    packer_id: number | null
  }
  volume_item: {
    volume_id: number
    shipment_line_id: number
    quantity: number
  }
  wallet_flow: {
    id: number | null
    account_id: number | null
    kind: string | null
    day: string | null
    net: number | null
    credit_from: string | null
    credit_until: string | null
    debit_from: string | null
    debit_until: string | null
  }
  warehouse: {
    id: GeneratedAlways<number>
    name: string
    company_id: number | null
  }
  wave: {
    id: GeneratedAlways<number>
    released_at: Generated<string>
    released_by: number | null
    automatic: Generated<boolean>
    note: string | null
  }
  work_rate: {
    step: string | null
    per_hour: number | null
    source: string | null
  }
}

export interface PlatformSchema {
  app_user: {
    id: GeneratedAlways<number>
    email: string
    name: string
    password_hash: string
    created_at: Generated<string>
  }
  failed_sign_in: {
    key: string
    at: Generated<string>
  }
  membership: {
    user_id: number
    merchant_id: number
    person_id: number
  }
  merchant: {
    id: GeneratedAlways<number>
    slug: string
    schema_name: string
    name: string
    created_at: Generated<string>
  }
  migration: {
    name: string
    applied_at: Generated<string>
  }
  session: {
    token_hash: string
    kind: string
    merchant_id: number
    user_id: number | null
    person_id: number | null
    station_id: number | null
    name: string
    roles: Generated<string[]>
    created_at: Generated<string>
    expires_at: string
  }
}
