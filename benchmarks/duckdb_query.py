"""The same job as one plain DuckDB query: checks, netting, join, brackets, limit and account of lines."""

import duckdb

WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
SUM = " + ".join(f"{weight} * (ascii(certno[{place}]) - 48)" for place, weight in enumerate(WEIGHTS, start=1))

QUERY = f"""
CREATE TABLE decided AS
WITH raw AS (
    SELECT row_number() OVER () AS line, * FROM read_parquet($feed)
), typed AS (
    SELECT line, setl_id, init_setl_id, fixmedins_code || '/' || mdtrt_id AS stay_id, certno, psn_name, med_type,
           refd_setl_flag, vali_flag,
           try_cast(begndate AS DATE) AS begins_on, try_cast(enddate AS DATE) AS ends_on,
           try_cast(setl_time AS TIMESTAMP) AS settled_at,
           try_cast(medfee_sumamt AS DECIMAL(18,2)) AS total, try_cast(fund_pay_sumamt AS DECIMAL(18,2)) AS fund,
           try_cast(hosp_part_amt AS DECIMAL(18,2)) AS hospital, try_cast(psn_part_amt AS DECIMAL(18,2)) AS personal,
           try_cast(acct_pay AS DECIMAL(18,2)) AS account, try_cast(psn_cash_pay AS DECIMAL(18,2)) AS cash,
           regexp_matches(certno, '^[0-9]{{17}}[0-9X]$') AND substr('10X98765432', ({SUM}) % 11 + 1, 1) = certno[18]
               AND try_strptime(certno[7:14], '%Y%m%d') IS NOT NULL AS number_ok,
           hash(setl_id, init_setl_id, mdtrt_id, certno, psn_name, med_type, begndate, enddate, setl_time, medfee_sumamt,
                fund_pay_sumamt, psn_part_amt, acct_pay, psn_cash_pay, refd_setl_flag, vali_flag) AS content
    FROM raw
), checked AS (
    SELECT *, NOT coalesce(number_ok AND begins_on <= ends_on AND ends_on <= DATE '2026-06-30' AND settled_at IS NOT NULL
               AND total IS NOT NULL AND fund IS NOT NULL AND cash IS NOT NULL AND personal IS NOT NULL
               AND (refd_setl_flag <> '0' OR init_setl_id IS NOT NULL OR (total >= 0 AND cash >= 0)), false) AS invalid
    FROM typed
), versions AS (
    SELECT *, row_number() OVER (PARTITION BY setl_id, content ORDER BY line) AS copy,
           first_value(content) OVER (PARTITION BY setl_id ORDER BY line DESC) AS newest
    FROM checked WHERE NOT invalid
), netted AS (
    SELECT v.*, CASE WHEN copy > 1 THEN 'duplicate' WHEN content <> newest THEN 'superseded'
                     WHEN v.init_setl_id IS NOT NULL OR d.init_setl_id IS NOT NULL OR refd_setl_flag <> '0' OR vali_flag <> '1'
                     THEN 'reversed' END AS bucket
    FROM versions v LEFT JOIN (SELECT DISTINCT init_setl_id FROM versions WHERE init_setl_id IS NOT NULL) d
         ON d.init_setl_id = v.setl_id
), stays AS (
    SELECT stay_id, any_value(certno) AS certno, any_value(psn_name) AS psn_name, arg_max(med_type, settled_at) AS med_type,
           max(ends_on) AS anchor_date, max(settled_at) AS settled_at, max(setl_id) AS last_id,
           (sum(cash) * 100)::BIGINT AS base_fen
    FROM netted WHERE bucket IS NULL GROUP BY stay_id
), matched AS (
    SELECT s.*, m.member_no, m.org_code, m.member_no IS NOT NULL AS matched,
           coalesce(m.in_service = '1' AND m.joined_on::DATE <= anchor_date
                    AND (m.left_on IS NULL OR anchor_date < m.left_on::DATE), false) AS in_service,
           date_sub('year', strptime(s.certno[7:14], '%Y%m%d')::DATE, anchor_date) AS age
    FROM stays s LEFT JOIN read_parquet($roster) m ON m.certno = s.certno
), judged AS (
    SELECT *, list_filter([CASE WHEN NOT matched THEN 'not_on_the_roster' END,
                           CASE WHEN matched AND NOT in_service THEN 'not_in_service' END,
                           CASE WHEN age NOT BETWEEN 16 AND 60 THEN 'age_out_of_range' END,
                           CASE WHEN med_type NOT IN ('21','22','23','24','25','26','28') THEN 'medical_type_not_covered' END,
                           CASE WHEN base_fen <= 500000 THEN 'threshold_not_reached' END], lambda x: x IS NOT NULL) AS reasons,
           CASE WHEN base_fen > 30000000 THEN 100000 WHEN base_fen > 20000000 THEN 90000 WHEN base_fen > 10000000 THEN 80000
                WHEN base_fen > 5000000 THEN 50000 WHEN base_fen > 2000000 THEN 30000 WHEN base_fen > 1000000 THEN 20000
                WHEN base_fen > 500000 THEN 15000 ELSE 0 END AS rate_ppm
    FROM matched
), rated AS (
    SELECT *, CASE WHEN len(reasons) = 0 THEN (base_fen * rate_ppm + 500000) // 1000000 ELSE 0 END AS uncapped_fen FROM judged
), summed AS (
    SELECT *, sum(uncapped_fen) OVER (PARTITION BY certno, year(anchor_date) ORDER BY settled_at, last_id
                                      ROWS UNBOUNDED PRECEDING)::BIGINT AS c FROM rated
), limited AS (
    SELECT *, least(5000000, c - uncapped_fen) AS used_before_fen,
           least(5000000, c) - least(5000000, c - uncapped_fen) AS payable_fen FROM summed
), verdicts AS (
    SELECT *, CASE WHEN NOT matched THEN 'unmatched' WHEN len(reasons) > 0 THEN 'ineligible' WHEN payable_fen > 1000000 THEN 'assist'
                   WHEN payable_fen > 0 THEN 'auto' ELSE 'capped' END AS verdict FROM limited
)
SELECT c.line, c.setl_id, c.stay_id, coalesce(CASE WHEN c.invalid THEN 'invalid' END, n.bucket, v.verdict) AS bucket,
       v.reasons, v.member_no, v.org_code, v.anchor_date, v.base_fen, v.rate_ppm, v.uncapped_fen, v.used_before_fen, v.payable_fen,
       n.bucket IS NULL AND NOT c.invalid AS live
FROM checked c LEFT JOIN netted n ON n.line = c.line LEFT JOIN verdicts v ON v.stay_id = c.stay_id AND n.bucket IS NULL
"""


def main(feed: str, roster: str, out: str) -> dict[str, int]:
    """This function will decide a feed from files to files; returns lines, payments and fen."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute(QUERY, {"feed": feed, "roster": roster})
    connection.execute(
        f"COPY (SELECT DISTINCT ON (stay_id) * EXCLUDE (line, setl_id, live) FROM decided WHERE live) TO '{out}.decisions.parquet'"
    )
    connection.execute(f"COPY (SELECT line, setl_id, stay_id, bucket, reasons FROM decided) TO '{out}.lines.parquet'")
    [(lines, payments, fen)] = connection.execute(
        f"SELECT (SELECT count(*) FROM decided), count(*) FILTER (payable_fen > 0), sum(payable_fen)::BIGINT FROM '{out}.decisions.parquet'"
    ).fetchall()
    return {"lines": lines, "payments": payments, "fen": int(fen)}
