# Day 3: join the plays with the list of songs, and keep the result as Parquet.
# Needs two names: `spark`, which the session has ready, and `bucket`, the name of your bucket.

# --8<-- [start:read]
from pyspark.sql import functions as F  # (1)!

plays = spark.read.option("recursiveFileLookup", "true").json(  # (2)!
    f"s3://{bucket}/data/raw/"
)
songs = spark.read.json(f"s3://{bucket}/data/reference_data/")  # (3)!
# --8<-- [end:read]

# --8<-- [start:look]
print("plays read:", plays.count())  # (1)!
print("songs read:", songs.count())

running = plays.filter(F.col("activity_type") == "Running")  # (2)!
print("plays while running:", running.count())  # (3)!
# --8<-- [end:look]

# --8<-- [start:cast]
plays = plays.withColumn("track_id", F.col("track_id").cast("int"))  # (1)!
songs = songs.withColumn("track_id", F.col("track_id").cast("int"))

no_number = plays.filter(F.col("track_id").isNull())  # (2)!
print("plays without a track number:", no_number.count())
# --8<-- [end:cast]

# --8<-- [start:join]
joined = plays.join(songs, on="track_id", how="inner")  # (1)!
lost = plays.join(songs, on="track_id", how="left_anti")  # (2)!

print("plays joined:", joined.count())
print("plays lost:", lost.count())  # (3)!
lost.groupBy("track_id").count().show()  # (4)!
# --8<-- [end:join]

# --8<-- [start:write]
result = joined.select(  # (1)!
    "uuid",
    "device_ts",
    "device_id",
    "device_temp",
    "track_id",
    "activity_type",
    "track_name",
    "artist_name",
    "genre",
    "duration_s",
)

output = f"s3://{bucket}/data/processed-data/"  # (2)!
result.write.mode("overwrite").parquet(output)  # (3)!

written = spark.read.parquet(output)  # (4)!
print("rows written:", written.count())
print("columns written:", len(written.columns))
# --8<-- [end:write]
