### models

models-one = Model
