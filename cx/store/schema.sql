-- Facts. Append-only; a revision or a correction supersedes, it never edits.
CREATE TABLE IF NOT EXISTS response (
    response_id    UUID NOT NULL,
    source         VARCHAR NOT NULL,          -- 'collect', 'demo', or the upload_id it came with
    survey_id      VARCHAR NOT NULL,
    survey_version VARCHAR NOT NULL,
    nps_kind       VARCHAR,                   -- relational | transactional | competitive
    mode           VARCHAR NOT NULL,          -- link | qr | kiosk | staff | import
    lang           VARCHAR,
    submitted_at   TIMESTAMP NOT NULL,        -- UTC
    day            DATE NOT NULL,             -- the bank's local day
    seconds        INTEGER,                   -- from first page to submission
    branch VARCHAR, region VARCHAR, channel VARCHAR, business_line VARCHAR, segment VARCHAR, product VARCHAR,
    journey VARCHAR, stage VARCHAR, touchpoint VARCHAR,
    nps TINYINT, csat TINYINT, ces TINYINT,   -- the first question of each type, as answered
    flagged BOOLEAN NOT NULL DEFAULT FALSE,   -- response quality: excluded unless asked for
    receipt        VARCHAR
);
CREATE TABLE IF NOT EXISTS answer (
    response_id UUID NOT NULL, source VARCHAR NOT NULL,
    survey_id VARCHAR NOT NULL, survey_version VARCHAR NOT NULL, nps_kind VARCHAR, mode VARCHAR NOT NULL, lang VARCHAR,
    day DATE NOT NULL,
    branch VARCHAR, region VARCHAR, channel VARCHAR, business_line VARCHAR, segment VARCHAR, product VARCHAR,
    journey VARCHAR, stage VARCHAR, touchpoint VARCHAR, -- the question's own, else the survey's
    brand       VARCHAR,                      -- competitive NPS: which bank the question is about
    question_id VARCHAR NOT NULL,
    type        VARCHAR NOT NULL,
    score       SMALLINT,                     -- scored types, yes_no (0/1), as answered
    points      SMALLINT,                     -- highest point of the scale
    satisfaction SMALLINT,                    -- csat and rating, on 1..5 in hundredths (linear)
    choice      VARCHAR,                      -- single, yes_no: one row; multiple: one row a choice
    number      DECIMAL(18, 4),
    text        VARCHAR,                      -- text; date as ISO
    flagged BOOLEAN NOT NULL DEFAULT FALSE
);
-- Imported responses that a later file of the same source corrected; undoing that file puts them back.
CREATE TABLE IF NOT EXISTS response_replaced AS SELECT *, CAST(NULL AS VARCHAR) AS replaced_by FROM response LIMIT 0;
CREATE TABLE IF NOT EXISTS answer_replaced AS SELECT *, CAST(NULL AS VARCHAR) AS replaced_by FROM answer LIMIT 0;
-- Idempotency and revision of collected responses: one row a submission.
CREATE TABLE IF NOT EXISTS submission (
    submission_id UUID PRIMARY KEY,
    response_id   UUID NOT NULL,
    payload_hash  VARCHAR NOT NULL,
    received_at   TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS response_revision (
    response_id UUID NOT NULL, replaced_at TIMESTAMP NOT NULL, payload VARCHAR NOT NULL
);
CREATE TABLE IF NOT EXISTS draft (
    submission_id UUID NOT NULL, survey_id VARCHAR NOT NULL, payload VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS journal_mark (segment VARCHAR NOT NULL, landed_bytes BIGINT NOT NULL);

CREATE TABLE IF NOT EXISTS upload (
    upload_id VARCHAR NOT NULL, kind VARCHAR NOT NULL,     -- indicators | responses
    source VARCHAR NOT NULL, file_name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,
    row_count BIGINT NOT NULL, mapping VARCHAR NOT NULL,   -- JSON
    loaded_by VARCHAR NOT NULL, loaded_at TIMESTAMP NOT NULL,
    state VARCHAR NOT NULL                                 -- loaded | undone
);
CREATE TABLE IF NOT EXISTS source_mapping (
    source VARCHAR NOT NULL, kind VARCHAR NOT NULL, mapping VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS indicator_value (
    upload_id VARCHAR NOT NULL, indicator VARCHAR NOT NULL,
    grain VARCHAR NOT NULL,                                -- day | week | month | quarter
    day DATE NOT NULL,                                     -- first day of the period
    branch VARCHAR, region VARCHAR, channel VARCHAR, business_line VARCHAR,
    value DECIMAL(24, 6) NOT NULL, numerator DECIMAL(24, 6), denominator DECIMAL(24, 6),
    superseded_by VARCHAR                                  -- upload_id of the correction
);
CREATE TABLE IF NOT EXISTS quick_win (
    quick_win_id VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, recorded_by VARCHAR NOT NULL,
    state VARCHAR NOT NULL,                                -- idea | running | measuring | closed
    charter VARCHAR NOT NULL,                              -- JSON
    result VARCHAR                                         -- JSON, the recorded verification
);
CREATE TABLE IF NOT EXISTS setting (name VARCHAR NOT NULL, value VARCHAR NOT NULL, saved_at TIMESTAMP NOT NULL);
