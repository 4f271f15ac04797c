-- What Trino's functions do where DuckDB's function of that name does something else, or has another name.
-- A macro trino_NAME stands for Trino's NAME; overloads are told apart by their types.

create macro trino_divide(a, b) as case when typeof(a + b) in ('DOUBLE', 'FLOAT')
  then cast_to_type(a / b, case when false then a + b end)
  else cast_to_type(a // b, case when false then a + b end) end;

-- Text of values. Doubles: the shortest digits, always with an exponent, as Java's.
create macro trino_mantissa(m, e) as
  (case when m like '%.%' then m else m || '.0' end) || 'E' || cast(e as varchar);
create macro trino_double_text(x) as case
  when isnan(x) then 'NaN' when isinf(x) then case when x > 0 then 'Infinity' else '-Infinity' end
  when x = 0 then '0.0E0'
  else trino_mantissa(
    cast(round(x / pow(10e0, floor(log10(abs(x)))), 15) as varchar), cast(floor(log10(abs(x))) as integer)) end;
create macro trino_varchar(x) as case typeof(x)
  when 'DOUBLE' then trino_double_text(try_cast(cast(x as varchar) as double))
  when 'FLOAT' then trino_double_text(try_cast(cast(x as varchar) as double))
  when 'TIMESTAMP' then strftime(try_cast(cast(x as varchar) as timestamp), '%Y-%m-%d %H:%M:%S.%g')
  when 'TIMESTAMP WITH TIME ZONE' then
    strftime(cast(try_cast(cast(x as varchar) as timestamptz) as timestamp), '%Y-%m-%d %H:%M:%S.%g UTC')
  when 'JSON' then try_cast(cast(x as varchar) as json) ->> '$'
  else cast(x as varchar) end;
create macro trino_type_name(t) as lower(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
  regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(t,
  'TIMESTAMP WITH TIME ZONE', 'timestamp(3) with time zone', 'g'), 'TIMESTAMP(_S|_MS|_NS)?\b', 'timestamp(3)', 'g'),
  '\bFLOAT\b', 'real', 'g'), '\bBLOB\b', 'varbinary', 'g'), '\bU?HUGEINT\b', 'bigint', 'g'),
  '\bUBIGINT\b', 'bigint', 'g'), '(STRUCT|TUPLE)\(', 'row(', 'g'), '(\w[\w ]*(\([^()]*\))?)\[\]', 'array(\1)', 'g'),
  '(\w[\w ]*(\([^()]*\))?)\[\]', 'array(\1)', 'g'), '"', '', 'g'));
create macro trino_typeof(x) as trino_type_name(typeof(x));

-- Dates. What Trino calls a difference counts whole units only.
create macro trino_interval(u, n) as case lower(u)
  when 'millisecond' then to_milliseconds(n) when 'second' then to_seconds(n) when 'minute' then to_minutes(n)
  when 'hour' then to_hours(n) when 'day' then to_days(cast(n as integer))
  when 'week' then to_days(cast(n * 7 as integer)) when 'month' then to_months(cast(n as integer))
  when 'quarter' then to_months(cast(n * 3 as integer)) when 'year' then to_years(cast(n as integer)) end;
create macro trino_date_add
  (u, n bigint, t date) as cast(t + trino_interval(u, n) as date),
  (u, n bigint, t timestamp) as t + trino_interval(u, n),
  (u, n bigint, t timestamptz) as t + trino_interval(u, n);
create macro trino_date_diff(u, a, b) as date_sub(u, a, b);
create macro trino_date_trunc
  (u, t date) as cast(date_trunc(u, t) as date),
  (u, t timestamp) as date_trunc(u, t),
  (u, t timestamptz) as date_trunc(u, t);
create macro trino_date(x) as cast(x as date);
create macro trino_day_of_week(t) as isodow(t);
create macro trino_dow(t) as isodow(t);
create macro trino_day_of_month(t) as day(t);
create macro trino_day_of_year(t) as dayofyear(t);
create macro trino_doy(t) as dayofyear(t);
create macro trino_week_of_year(t) as weekofyear(t);
create macro trino_year_of_week(t) as isoyear(t);
create macro trino_yow(t) as isoyear(t);
create macro trino_millisecond(t) as millisecond(t) % 1000;
create macro trino_last_day_of_month(t) as last_day(t);
create macro trino_from_unixtime
  (x double) as to_timestamp(x),
  (x double, z varchar) as to_timestamp(x);
create macro trino_from_unixtime_nanos(x) as to_timestamp(x / 1e9);
create macro trino_to_unixtime(t) as cast(epoch(t) as double);
create macro trino_from_iso8601_timestamp(x) as cast(x as timestamptz);
create macro trino_from_iso8601_date(x) as cast(x as date);
create macro trino_to_iso8601
  (t date) as cast(t as varchar),
  (t timestamp) as strftime(t, '%Y-%m-%dT%H:%M:%S.%g'),
  (t timestamptz) as strftime(cast(t as timestamp), '%Y-%m-%dT%H:%M:%S.%gZ');
create macro trino_to_milliseconds(i) as cast(epoch_ms(i) as bigint);
create macro trino_human_readable_seconds(s) as array_to_string(list_filter([
  case when s >= 604800 then cast(s // 604800 as bigint) || case when s // 604800 = 1 then ' week' else ' weeks' end end,
  case when s % 604800 >= 86400
    then cast(s % 604800 // 86400 as bigint) || case when s % 604800 // 86400 = 1 then ' day' else ' days' end end,
  case when s % 86400 >= 3600
    then cast(s % 86400 // 3600 as bigint) || case when s % 86400 // 3600 = 1 then ' hour' else ' hours' end end,
  case when s % 3600 >= 60
    then cast(s % 3600 // 60 as bigint) || case when s % 3600 // 60 = 1 then ' minute' else ' minutes' end end,
  case when s % 60 >= 1 or s = 0
    then cast(s % 60 as bigint) || case when cast(s % 60 as bigint) = 1 then ' second' else ' seconds' end end],
  lambda x : x is not null), ', ');

-- Text.
create macro trino_regexp_like(s, p) as regexp_matches(s, p);
create macro trino_regexp_extract
  (s, p) as case when regexp_matches(s, p) then regexp_extract(s, p) end,
  (s, p, g) as case when regexp_matches(s, p) then regexp_extract(s, p, g) end;
create macro trino_regexp_replace
  (s, p) as regexp_replace(s, p, '', 'g'),
  (s, p, r) as regexp_replace(s, p, regexp_replace(r, '\$(\d)', '\\\1', 'g'), 'g');
create macro trino_regexp_split(s, p) as regexp_split_to_array(s, p);
create macro trino_regexp_count(s, p) as len(regexp_extract_all(s, p));
create macro trino_split(s, d) as string_split(s, d);
create macro trino_split_to_map(s, e, k) as map_from_entries(list_transform(
  string_split(s, e), lambda x : row(split_part(x, k, 1), split_part(x, k, 2))));
create macro trino_split_part(s, d, i) as case when len(string_split(s, d)) >= i then split_part(s, d, i) end;
create macro trino_codepoint(s) as unicode(s);
create macro trino_levenshtein_distance(a, b) as levenshtein(a, b);
create macro trino_hamming_distance(a, b) as hamming(a, b);
create macro trino_normalize(s) as nfc_normalize(s);
create macro trino_to_utf8(s) as encode(s);
create macro trino_from_utf8(b) as decode(b);
create macro trino_to_hex(b) as hex(b);
create macro trino_from_hex(s) as unhex(s);
create macro trino_md5(b) as unhex(md5(b));
create macro trino_sha1(b) as unhex(sha1(b));
create macro trino_sha256(b) as unhex(sha256(b));
create macro trino_url_encode(s) as replace(url_encode(s), '%20', '+');
create macro trino_url_decode(s) as url_decode(replace(s, '+', '%20'));
create macro trino_url_extract_protocol(u) as nullif(regexp_extract(u, '^([A-Za-z][A-Za-z0-9+.-]*):', 1), '');
create macro trino_url_extract_host(u) as nullif(regexp_extract(u, '^[a-z]+://(?:[^/@?#]*@)?([^/:?#]+)', 1), '');
create macro trino_url_extract_path(u) as regexp_extract(u, '^[a-z]+://[^/?#]*([^?#]*)', 1);
create macro trino_url_extract_query(u) as nullif(regexp_extract(u, '\?([^#]*)', 1), '');
create macro trino_url_extract_parameter(u, n) as
  nullif(regexp_extract(u, '[?&]' || n || '=([^&#]*)', 1), '');

-- Numbers.
create macro trino_truncate(x) as trunc(x), (x, n) as trunc(x, n);
create macro trino_rand() as random(), (n) as cast(floor(random() * n) as integer), (a, b) as cast(floor(a + random() * (b - a)) as integer);
create macro trino_random() as random(), (n) as cast(floor(random() * n) as integer), (a, b) as cast(floor(a + random() * (b - a)) as integer);
create macro trino_e() as exp(1e0);
create macro trino_nan() as cast('nan' as double);
create macro trino_infinity() as cast('infinity' as double);
create macro trino_is_nan(x) as isnan(x);
create macro trino_is_finite(x) as isfinite(x);
create macro trino_is_infinite(x) as isinf(x);
create macro trino_bitwise_and(a, b) as cast(a & b as bigint);
create macro trino_bitwise_or(a, b) as cast(a | b as bigint);
create macro trino_bitwise_xor(a, b) as cast(xor(a, b) as bigint);
create macro trino_bitwise_not(a) as cast(~a as bigint);
create macro trino_to_base(x, r) as lower(to_base(x, r));
create macro trino_width_bucket(x, a, b, n) as
  case when x < a then 0 when x >= b then n + 1 else cast(floor((x - a) * n / cast(b - a as double)) as bigint) + 1 end;

-- JSON. Text that is no JSON gives NULL.
create macro trino_json_extract(j, p) as case when json_valid(j) then json_extract(j, p) end;
create macro trino_json_extract_scalar(j, p) as
  case when json_valid(j) and json_type(j, p) not in ('OBJECT', 'ARRAY') then json_extract_string(j, p) end;
create macro trino_json_exists(j, p) as
  case when json_valid(j) then json_extract(j, replace(p, 'lax ', '')) is not null end;
create macro trino_json_value(j, p) as trino_json_extract_scalar(j, replace(replace(p, 'lax ', ''), 'strict ', ''));
create macro trino_json_query(j, p) as
  cast(trino_json_extract(j, replace(replace(p, 'lax ', ''), 'strict ', '')) as varchar);
create macro trino_json_parse(s) as cast(s as json);
create macro trino_json_format(j) as cast(j as varchar);
create macro trino_json_array_length(j) as case when json_type(j) = 'ARRAY' then cast(json_array_length(j) as bigint) end;
create macro trino_json_array_get(j, i) as json_extract(j, i);
create macro trino_json_array_contains(j, x) as list_contains(json_extract_string(j, '$[*]'), trino_varchar(x));
create macro trino_json_size(j, p) as case json_type(j, p)
  when 'ARRAY' then cast(json_array_length(j, p) as bigint)
  when 'OBJECT' then cast(len(json_keys(j, p)) as bigint) else 0 end;
create macro trino_is_json_scalar(j) as json_type(j) not in ('OBJECT', 'ARRAY');

-- Arrays and maps.
create macro trino_contains(a, x) as list_contains(a, x);
create macro trino_element_at(x, k) as x[k];
create macro trino_array_distinct(a) as list_distinct(a);
create macro trino_array_sort(a) as list_sort(a, 'ASC', 'NULLS LAST');
create macro trino_array_join
  (a, d) as array_to_string(list_transform(a, lambda x : trino_varchar(x)), d),
  (a, d, n) as array_to_string(list_transform(a, lambda x : coalesce(trino_varchar(x), n)), d);
create macro trino_array_max(a) as list_max(a);
create macro trino_array_min(a) as list_min(a);
create macro trino_array_sum(a) as list_sum(a);
create macro trino_array_average(a) as list_avg(a);
create macro trino_array_position(a, x) as cast(coalesce(list_position(a, x), 0) as bigint);
create macro trino_array_remove(a, x) as list_filter(a, lambda y : y <> x);
create macro trino_array_union(a, b) as list_distinct(list_concat(a, b));
create macro trino_array_intersect(a, b) as list_distinct(list_intersect(a, b));
create macro trino_array_except(a, b) as list_distinct(list_filter(a, lambda y : not list_contains(b, y)));
create macro trino_arrays_overlap(a, b) as list_has_any(a, b);
create macro trino_slice(a, i, n) as a[i:i + n - 1];
create macro trino_trim_array(a, n) as a[1:len(a) - n];
create macro trino_repeat(x, n) as list_transform(range(n), lambda i : x);
create macro trino_zip(a, b) as list_zip(a, b);
create macro trino_sequence
  (a bigint, b bigint) as case when a <= b then generate_series(a, b) else generate_series(a, b, -1) end,
  (a bigint, b bigint, s bigint) as generate_series(a, b, s),
  (a date, b date) as list_transform(generate_series(a, b, interval 1 day), lambda x : cast(x as date)),
  (a date, b date, s interval) as list_transform(generate_series(a, b, s), lambda x : cast(x as date)),
  (a timestamp, b timestamp, s interval) as generate_series(a, b, s);
create macro trino_map_concat(a, b) as map_concat(a, b);
create macro trino_entries_to_map(entries) as list_reduce(
  list_transform(list_filter(entries, lambda e : e[1] is not null), lambda e : map([e[1]], [e[2]])),
  lambda a, b : map_concat(a, b));
